package io.sistemo.vmm.firecracker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Firecracker's own description of its API, read from its file: which requests there are, what their bodies look like, and in
 * which phase they are taken.
 */
public final class ApiContract {
    private static final Path FILE = Path.of("../shared/firecracker/firecracker-v1.16.1.yaml");

    private final Map<?, ?> document;

    private ApiContract(Map<?, ?> document) {
        this.document = document;
    }

    /** Whether the guest was started. */
    public enum Phase {
        BEFORE_START,
        AFTER_START
    }

    /** Where the description is, where it is. */
    public static Optional<Path> file() {
        return Files.isRegularFile(FILE) ? Optional.of(FILE) : Optional.empty();
    }

    /** Reads a description. */
    public static ApiContract parse(String yaml) {
        return new ApiContract(asMap(load(yaml)));
    }

    /** JSON, which is YAML too. */
    static Object load(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    /**
     * What is wrong with a request; nothing when Firecracker would take it.
     *
     * @param body empty when there is none
     */
    public List<String> violations(String method, String path, String body, Phase phase) {
        Optional<Endpoint> found = endpoint(method, path);
        if (found.isEmpty()) {
            return List.of("there is no " + method + " " + path);
        }
        Endpoint endpoint = found.get();
        List<String> wrong = new ArrayList<>();
        Map<?, ?> schema = endpoint.bodySchema();
        if (schema.isEmpty() != body.isEmpty()) {
            wrong.add(body.isEmpty() ? "the body is missing" : "there must be no body");
        } else if (!body.isEmpty()) {
            check(body, schema, endpoint, wrong);
        }
        if (!legal(method, path, body, endpoint).contains(phase)) {
            wrong.add("it is not taken " + (phase == Phase.BEFORE_START ? "before" : "after") + " the guest's start");
        }
        return wrong;
    }

    private void check(String body, Map<?, ?> schema, Endpoint endpoint, List<String> wrong) {
        try {
            Object value = load(body);
            validate("the body", value, schema, wrong);
            if (value instanceof Map<?, ?> map) {
                endpoint.parameters().forEach((name, given) -> {
                    // The id in the path must be the one in the body.
                    if (map.containsKey(name) && !given.equals(map.get(name))) {
                        wrong.add(name + " is " + map.get(name) + " in the body and " + given + " in the path");
                    }
                });
            }
        } catch (YamlEngineException e) {
            wrong.add("the body is not JSON");
        }
    }

    /**
     * One method of one path.
     *
     * @param text what people are told of it
     * @param parameters of the path, with what was given
     * @param bodySchema empty when it has no body
     */
    private record Endpoint(String text, Map<String, String> parameters, Map<?, ?> bodySchema) {}

    private Optional<Endpoint> endpoint(String method, String path) {
        for (Map.Entry<?, ?> entry : asMap(document.get("paths")).entrySet()) {
            Optional<Map<String, String>> parameters = match((String) entry.getKey(), path);
            Object operation = asMap(entry.getValue()).get(method.toLowerCase(java.util.Locale.ROOT));
            if (parameters.isPresent() && operation != null) {
                return Optional.of(endpoint(asMap(operation), parameters.get()));
            }
        }
        return Optional.empty();
    }

    private Endpoint endpoint(Map<?, ?> operation, Map<String, String> parameters) {
        Map<?, ?> schema = Map.of();
        if (operation.get("parameters") instanceof List<?> declared) {
            for (Object parameter : declared) {
                if ("body".equals(asMap(parameter).get("in"))) {
                    schema = resolve(asMap(asMap(parameter).get("schema")));
                }
            }
        }
        return new Endpoint(operation.get("summary") + " " + operation.get("description"), parameters, schema);
    }

    private static Optional<Map<String, String>> match(String template, String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    /**
     * The phases in which it is taken: as the description says, and where that is silent as the two controllers do, of which
     * Firecracker has one before and one after the start ({@code src/vmm/src/rpc_interface.rs}).
     */
    private static List<Phase> legal(String method, String path, String body, Endpoint endpoint) {
        String text = endpoint.text();
        if (method.equals("GET") || text.contains("before or after machine startup")) {
            return List.of(Phase.values());
        }
        if (text.contains("Pre-boot only") || text.contains("will fail after machine startup")) {
            return List.of(Phase.BEFORE_START);
        }
        if (text.contains("Post-boot only")) {
            return List.of(Phase.AFTER_START);
        }
        return switch (path) {
            case "/logger", "/metrics", "/serial" -> List.of(Phase.BEFORE_START);
            case "/vm" -> List.of(Phase.AFTER_START);
            case "/actions" -> List.of(body.contains("InstanceStart") ? Phase.BEFORE_START : Phase.AFTER_START);
            default -> List.of(Phase.values());
        };
    }

    private void validate(String where, @Nullable Object value, Map<?, ?> declared, List<String> wrong) {
        Map<?, ?> schema = resolve(declared);
        Object type = schema.get("type");
        boolean fits = switch (String.valueOf(type)) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "boolean" -> value instanceof Boolean;
            case String other -> throw new IllegalStateException("the description has the type " + other);
        };
        if (!fits) {
            wrong.add(where + " is not of type " + type + ": " + value);
            return;
        }
        if (schema.get("enum") instanceof List<?> words && !words.contains(value)) {
            wrong.add(where + " is " + value + ", which is none of " + words);
        }
        if (value instanceof Number number) {
            checkRange(where, number.longValue(), schema, wrong);
        }
        if (value instanceof Map<?, ?> map) {
            validateFields(where, map, schema, wrong);
        }
        if (value instanceof List<?> list) {
            list.forEach(item -> validate(where, item, asMap(schema.get("items")), wrong));
        }
    }

    private static void checkRange(String where, long value, Map<?, ?> schema, List<String> wrong) {
        if (schema.get("minimum") instanceof Number least && value < least.longValue()) {
            wrong.add(where + " is less than " + least);
        }
        if (schema.get("maximum") instanceof Number most && value > most.longValue()) {
            wrong.add(where + " is more than " + most);
        }
    }

    private void validateFields(String where, Map<?, ?> value, Map<?, ?> schema, List<String> wrong) {
        Map<?, ?> properties = schema.get("properties") instanceof Map<?, ?> map ? map : Map.of();
        if (schema.get("required") instanceof List<?> required) {
            required.stream()
                    .filter(name -> !value.containsKey(name))
                    .forEach(name -> wrong.add(where + " has no " + name));
        }
        value.forEach((name, field) -> {
            if (properties.get(name) instanceof Map<?, ?> property) {
                validate(where + "'s " + name, field, property, wrong);
            } else if (!Boolean.TRUE.equals(schema.get("additionalProperties"))) {
                wrong.add(where + " has the unknown field " + name);
            }
        });
    }

    private Map<?, ?> resolve(Map<?, ?> schema) {
        return schema.get("$ref") instanceof String reference
                ? asMap(asMap(document.get("definitions")).get(reference.substring(reference.lastIndexOf('/') + 1)))
                : schema;
    }

    private static Map<?, ?> asMap(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value, "the description is not whole");
    }
}
