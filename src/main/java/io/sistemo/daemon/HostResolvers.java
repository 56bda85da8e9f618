package io.sistemo.daemon;

import io.sistemo.network.Ipv4;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The name servers that the host itself asks. */
final class HostResolvers {
    /** The host's own file, and the one where systemd-resolved keeps its upstreams when the first names only itself. */
    private static final List<Path> FILES =
            List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

    private HostResolvers() {}

    /** IPv4 addresses that guests can reach too; loopback ones they cannot. */
    static List<String> find() {
        return FILES.stream()
                .map(HostResolvers::read)
                .flatMap(Optional::stream)
                .map(HostResolvers::parse)
                .filter(servers -> !servers.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    static List<String> parse(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("nameserver"))
                .map(line -> line.substring("nameserver".length()).strip())
                .filter(HostResolvers::isReachable)
                .toList();
    }

    private static boolean isReachable(String server) {
        try {
            Ipv4.parse(server);
            return !server.startsWith("127.");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            // Absent on most hosts; without it guests get what is configured.
            return Optional.empty();
        }
    }
}
