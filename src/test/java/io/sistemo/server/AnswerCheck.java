package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.Jsonb;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds real answers of the server against what {@code openapi.yaml} promises of them. */
final class AnswerCheck {
    private static final Map<String, Object> DOCUMENT = new OpenApiDocument().tree();
    /** The library reads no longer text; such answers are of one kind, which has its own test. */
    private static final int LONGEST_READ = 1 << 20;

    private static final Jsonb JSON = Jsonb.builder().build();

    private AnswerCheck() {}

    /** Fails when the answer's status is not foreseen for its route, or its body is not as the schema says. */
    static void require(HttpResponse<String> answer) {
        String path = answer.request().uri().getPath();
        String method = answer.request().method().toLowerCase(Locale.ROOT);
        for (Map.Entry<String, Object> entry : object(DOCUMENT, "paths").entrySet()) {
            Map<String, Object> methods = object(entry.getValue());
            if (path.matches(entry.getKey().replaceAll("\\{[^}]+}", "[^/]+")) && methods.containsKey(method)) {
                require(method + " " + entry.getKey(), object(methods.get(method)), answer);
                return;
            }
        }
        assertThat(answer.statusCode()).as("%s %s has no route", method, path).isIn(401, 403, 404, 405, 503);
    }

    private static void require(String route, Map<String, Object> operation, HttpResponse<String> answer) {
        Map<String, Object> responses = object(operation, "responses");
        String status = Integer.toString(answer.statusCode());
        assertThat(responses)
                .as("the statuses of %s, which answered %s", route, answer.body())
                .containsKey(status);
        Object content = object(responses.get(status)).get("content");
        String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        assertThat(object(content)).as("the types of %s %s", route, status).containsKey(type);
        if (type.equals("application/json") && answer.body().length() < LONGEST_READ) {
            Map<String, Object> media = object(object(content).get(type));
            require(route + " " + status, JSON.type(Object.class).fromJson(answer.body()), object(media, "schema"));
        }
    }

    /** A value against a schema, as far as our schemas go. */
    static void require(String where, @Nullable Object value, Map<String, Object> schema) {
        if (schema.get("$ref") instanceof String reference) {
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            require(
                    where,
                    value,
                    object(object(object(DOCUMENT, "components"), "schemas").get(name)));
            return;
        }
        if (schema.get("anyOf") instanceof List<?> alternatives) {
            if (value != null) {
                require(where, value, object(alternatives.getFirst()));
            }
            return;
        }
        Object types = schema.get("type");
        List<?> allowed = types instanceof List<?> several ? several : List.of(String.valueOf(types));
        // A whole number is a number too.
        if (!(value instanceof Number && allowed.contains("number"))) {
            assertThat(typeOf(value)).as(where).isIn(allowed);
        }
        if (value instanceof List<?> list) {
            list.forEach(item -> require(where + "[]", item, object(schema, "items")));
        } else if (value instanceof Map<?, ?>) {
            requireFields(where, object(value), schema);
        } else if (schema.get("enum") instanceof List<?> words && value != null) {
            assertThat(value).as(where).isIn(words);
        }
    }

    private static void requireFields(String where, Map<String, Object> value, Map<String, Object> schema) {
        if (!schema.containsKey("properties")) {
            Map<String, Object> values = object(schema, "additionalProperties");
            value.forEach((name, field) -> require(where + "." + name, field, values));
            return;
        }
        Map<String, Object> properties = object(schema, "properties");
        Set<String> required = new LinkedHashSet<>();
        ((List<?>) schema.getOrDefault("required", List.of())).forEach(name -> required.add(String.valueOf(name)));
        assertThat(value.keySet()).as(where).containsAll(required).isSubsetOf(properties.keySet());
        value.forEach((name, field) -> require(where + "." + name, field, object(properties.get(name))));
    }

    private static String typeOf(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String _ -> "string";
            case Boolean _ -> "boolean";
            case Double number when number % 1 != 0 -> "number";
            case Number _ -> "integer";
            case List<?> _ -> "array";
            case Map<?, ?> _ -> "object";
            case Object other -> other.getClass().getName();
        };
    }

    private static Map<String, Object> object(Map<String, Object> parent, String name) {
        return object(parent.get(name));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new AssertionError("no object: " + value);
    }
}
