package io.sistemo.daemon;

import io.sistemo.api.ConfigList;
import io.sistemo.api.ConfigValue;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The effective configuration: environment beats file beats default. */
final class Configuration {
    /** Keys of the reference that this version knows but has nothing to do with yet; they are accepted and not used. */
    private static final List<String> FOR_LATER = List.of(
            "rate_limit_rps",
            "rate_limit_burst",
            "build_timeout_min",
            "session_timeout_hours",
            "firecracker_path",
            "jailer_path",
            "tls_cert",
            "tls_key",
            "audit_days",
            "image_private_urls");

    private final Map<ConfigurationKey, ConfigurationValue> values;

    private Configuration(Map<ConfigurationKey, ConfigurationValue> values) {
        this.values = values;
    }

    /**
     * Reads the file, if there is one, and the environment.
     *
     * @throws Refusal BAD_INPUT, naming the key, the value and what is allowed
     */
    static Configuration load(Path file, Map<String, String> environment) {
        Map<String, String> written = read(file);
        Map<ConfigurationKey, ConfigurationValue> values = new EnumMap<>(ConfigurationKey.class);
        for (ConfigurationKey key : ConfigurationKey.values()) {
            @Nullable String fromEnvironment = environment.get(key.variable());
            @Nullable String fromFile = written.get(key.wireName());
            if (fromEnvironment != null) {
                values.put(key, new ConfigurationValue(key, fromEnvironment, "environment"));
            } else if (fromFile != null) {
                values.put(key, new ConfigurationValue(key, fromFile, "file"));
            } else {
                values.put(key, new ConfigurationValue(key, key.usual(), "default"));
            }
        }
        return new Configuration(values);
    }

    private static Map<String, String> read(Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            Object content = new Load(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            return content == null ? Map.of() : settings(file, content);
        } catch (YamlEngineException e) {
            throw broken(file, "is not YAML: " + firstLine(e));
        } catch (IOException e) {
            throw broken(file, "cannot be read: " + e.getMessage());
        }
    }

    private static Map<String, String> settings(Path file, Object content) {
        if (!(content instanceof Map<?, ?> map)) {
            throw broken(file, "must consist of lines like 'port: 7777'");
        }
        List<String> known = Stream.concat(
                        Stream.of(ConfigurationKey.values()).map(ConfigurationKey::wireName), FOR_LATER.stream())
                .toList();
        return map.entrySet().stream()
                .peek(entry -> requireKnown(file, known, String.valueOf(entry.getKey())))
                .collect(Collectors.toMap(entry -> String.valueOf(entry.getKey()), entry -> text(entry.getValue())));
    }

    private static void requireKnown(Path file, List<String> known, String key) {
        if (!known.contains(key)) {
            throw broken(
                    file, "has the unknown key '" + key + "': mend or remove it ('sistemo config' lists the keys)");
        }
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
        return value.toString();
    }

    private static Refusal broken(Path file, String what) {
        return new Refusal(RefusalCode.BAD_INPUT, "The configuration " + file + " " + what + ".");
    }

    private static String firstLine(YamlEngineException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("it cannot be parsed");
    }

    /** One setting. */
    ConfigurationValue get(ConfigurationKey key) {
        return Objects.requireNonNull(values.get(key));
    }

    /** A path, when one is configured. */
    Optional<Path> path(ConfigurationKey key) {
        String text = get(key).text();
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    /**
     * All of it, for users.
     *
     * @param effective tells the value that is used where "default" depends on the host
     */
    ConfigList toWire(Function<ConfigurationKey, Optional<String>> effective) {
        List<ConfigValue> list = new ArrayList<>();
        for (ConfigurationValue value : values.values()) {
            String text = value.source().equals("default")
                    ? effective.apply(value.key()).orElse(value.text())
                    : value.text();
            list.add(new ConfigValue(value.key().wireName(), text.isEmpty() ? null : text, value.source()));
        }
        return new ConfigList(List.copyOf(list));
    }
}
