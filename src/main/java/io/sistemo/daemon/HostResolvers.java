package io.sistemo.daemon;

import io.sistemo.network.Ipv4;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The name servers that the host itself asks. */
final class HostResolvers {
    /** The host's own file, and the one where systemd-resolved keeps its upstreams when the first names only itself. */
    private static final List<Path> FILES =
            List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

    /** IPv4, or IPv6 with the link that a link-local one is at (resolv.conf(5)). */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[A-Za-z0-9_.-]+)?");

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

    /** All that the host asks, IPv6 and loopback ones too: for who asks from the host itself. */
    static List<String> ofHost() {
        return FILES.stream()
                .map(HostResolvers::read)
                .flatMap(Optional::stream)
                .map(text -> named(text).filter(ADDRESS.asMatchPredicate()).toList())
                .filter(servers -> !servers.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    static List<String> parse(String text) {
        return named(text).filter(HostResolvers::isReachable).toList();
    }

    private static Stream<String> named(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("nameserver"))
                .map(line -> line.substring("nameserver".length()).strip());
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
