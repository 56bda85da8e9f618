package io.sistemo.server;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The wire's records as schemas (JSON Schema 2020-12, as OpenAPI 3.1 takes it), with what their documentation says. */
final class ApiSchemas {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern DOCUMENTATION = Pattern.compile("/\\*\\*(.*?)\\*/\\s*@Json", Pattern.DOTALL);

    private final Map<String, Object> schemas = new TreeMap<>();

    /** A reference to a record's schema, which is made when it is the first. */
    Map<String, Object> reference(Class<?> record, boolean asRequest) {
        String name = record.getSimpleName();
        if (!schemas.containsKey(name)) {
            // Before its fields: a record may hold its own kind.
            schemas.put(name, Map.of());
            schemas.put(name, schema(record, asRequest));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    Map<String, Object> all() {
        return schemas;
    }

    /** Answers have every field, perhaps null; requests may leave out what may be null, and may have no other field. */
    private Map<String, Object> schema(Class<?> record, boolean asRequest) {
        Documentation documentation = documentation(record);
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            boolean nullable = isNullable(component.getAnnotatedType());
            Map<String, Object> type = type(component.getAnnotatedType(), asRequest);
            Map<String, Object> property = new LinkedHashMap<>(nullable ? orNull(type) : type);
            String text = documentation.fields.get(component.getName());
            if (text != null) {
                property.put("description", text);
            }
            String name = wireName(component.getName());
            properties.put(name, property);
            if (!asRequest || !nullable) {
                required.add(name);
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("description", documentation.summary);
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (asRequest) {
            schema.put("additionalProperties", false);
        }
        return schema;
    }

    private static Map<String, Object> orNull(Map<String, Object> type) {
        Map<String, Object> result = new LinkedHashMap<>(type);
        if (type.containsKey("type")) {
            result.put("type", List.of(type.get("type"), "null"));
        } else {
            result.clear();
            result.put("anyOf", List.of(type, Map.of("type", "null")));
        }
        return result;
    }

    private Map<String, Object> type(AnnotatedType annotated, boolean asRequest) {
        Type type = annotated.getType();
        if (type instanceof ParameterizedType parameterized) {
            AnnotatedType[] arguments = ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments();
            Map<String, Object> last = type(arguments[arguments.length - 1], asRequest);
            return parameterized.getRawType() == List.class
                    ? ordered("type", "array", "items", last)
                    : ordered("type", "object", "additionalProperties", last);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return ordered("type", "string");
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return ordered("type", "boolean");
        }
        if (plain == int.class || plain == Integer.class) {
            return ordered("type", "integer", "format", "int32");
        }
        if (plain == long.class || plain == Long.class) {
            return ordered("type", "integer", "format", "int64");
        }
        if (plain == double.class || plain == Double.class) {
            return ordered("type", "number", "format", "double");
        }
        if (plain.isEnum()) {
            List<String> words = Arrays.stream(plain.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                    .toList();
            return ordered("type", "string", "enum", words);
        }
        if (plain.isRecord()) {
            return reference(plain, asRequest);
        }
        throw new AssertionError("no schema for " + plain);
    }

    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    private static boolean isNullable(AnnotatedElement element) {
        return element.isAnnotationPresent(Nullable.class);
    }

    private static String wireName(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private record Documentation(String summary, Map<String, String> fields) {}

    /** What stands above the record in its source. */
    private static Documentation documentation(Class<?> record) {
        String source;
        try {
            source = Files.readString(SOURCES.resolve(record.getName().replace('.', '/') + ".java"));
        } catch (IOException e) {
            throw new AssertionError("no source of " + record, e);
        }
        Matcher matcher = DOCUMENTATION.matcher(source);
        if (!matcher.find()) {
            throw new AssertionError("no documentation of " + record);
        }
        String[] parts = matcher.group(1).split("@param ", -1);
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            String[] nameAndText = parts[i].split("\\s+", 2);
            fields.put(nameAndText[0], plain(nameAndText[1]));
        }
        return new Documentation(plain(parts[0]), fields);
    }

    private static String plain(String javadoc) {
        return javadoc.replaceAll("\\n\\s*\\*", " ")
                .replaceAll("\\{@(?:code|link) ([^}]*)\\}", "$1")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
