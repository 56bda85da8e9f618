package io.sistemo.host;

import java.nio.file.Path;
import java.util.List;

/**
 * How a service of the host's is started: a program of ours that outlives us and serves guests, in the host's own namespaces.
 * It has nothing open but 0 to 2.
 *
 * @param cgroupDirectories joined first, from {@link Cgroups#directories}
 * @param uid user and group that it runs as, with no way to new privileges
 * @param capabilities what it keeps of root's, as {@code net_bind_service}; all others are gone for good
 * @param log an append-only file for its standard output and error; made when missing
 * @param ready what it writes there once it serves
 * @param command the program, found in the path or absolute, and its arguments
 */
public record ServiceSpec(
        List<Path> cgroupDirectories,
        long uid,
        List<String> capabilities,
        Path log,
        String ready,
        List<String> command) {

    /** Copies the lists. */
    public ServiceSpec {
        cgroupDirectories = List.copyOf(cgroupDirectories);
        capabilities = List.copyOf(capabilities);
        command = List.copyOf(command);
    }
}
