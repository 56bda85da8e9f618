package io.sistemo.guest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an image made for containers says about how it runs.
 *
 * @param command the program and its arguments; empty when the image names none
 * @param environment variables for the program and for the sessions over SSH
 * @param directory where the program starts
 */
public record Entrypoint(List<String> command, Map<String, String> environment, Optional<String> directory) {
    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException when a value holds a NUL, which no program can be given, or a variable has no
     *     usable name
     */
    public Entrypoint {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        command.forEach(Entrypoint::requireNoNul);
        directory.ifPresent(Entrypoint::requireNoNul);
        environment.forEach((name, value) -> {
            requireNoNul(name);
            requireNoNul(value);
            if (name.isEmpty() || name.startsWith("-") || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("not the name of an environment variable: " + name);
            }
        });
    }

    /** The environment in a fixed order. */
    Map<String, String> sortedEnvironment() {
        return new TreeMap<>(environment);
    }

    private static void requireNoNul(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL in an entrypoint's value");
        }
    }
}
