package io.sistemo.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A command that works on this host itself, without asking a daemon.
 *
 * @param command {@code up} or {@code install}
 * @param dataDirectory absolute; the default one when none was given
 * @param image value of {@code install --image}
 * @param firecracker value of {@code install --firecracker}
 * @param sha256 value of {@code install --sha256}
 * @param json whether {@code -o json} was given
 * @param yes whether {@code -y} was given
 * @param environment variables
 */
public record LocalCall(
        String command,
        Path dataDirectory,
        Optional<String> image,
        Optional<String> firecracker,
        Optional<String> sha256,
        boolean json,
        boolean yes,
        Map<String, String> environment) {}
