package io.sistemo.cli;

import io.sistemo.api.PortRule;
import io.sistemo.api.PortRuleRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How ports are written on the command line: {@code [[ADDRESS:]HOST:]MACHINE[/udp]}. Pure. */
final class PortRules {
    private static final int LARGEST_PORT = 65_535;
    private static final int MOST_PARTS = 3;

    private PortRules() {}

    /**
     * The host's end of a rule.
     *
     * @param address empty when none was written
     */
    record HostEnd(Optional<String> address, int port, String protocol) {}

    /**
     * Reads a rule. The host's port is the machine's when only one is written; the daemon judges the address.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    static PortRuleRequest parse(String text) {
        List<String> parts = parts(text);
        int machinePort = port(parts.getLast(), text);
        String address = address(parts, text);
        int ports = parts.size() - (address == null ? 0 : 1);
        int hostPort = switch (ports) {
            case 1 -> machinePort;
            case 2 -> port(parts.get(parts.size() - 2), text);
            default -> throw malformed(text);
        };
        return new PortRuleRequest(hostPort, machinePort, protocol(text), address);
    }

    /**
     * Reads the host's end of a rule, {@code [ADDRESS:]HOST[/udp]}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    static HostEnd parseHostEnd(String text) {
        List<String> parts = parts(text);
        String address = address(parts, text);
        if (parts.size() != (address == null ? 1 : 2)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a port of the host, as in 8080, 53/udp or 127.0.0.1:8080");
        }
        return new HostEnd(Optional.ofNullable(address), port(parts.getLast(), text), protocol(text));
    }

    /** A rule as it is shown: 8080->80, 127.0.0.1:5353->53/udp. */
    static String format(PortRule rule) {
        String address = rule.address() == null ? "" : rule.address() + ":";
        String protocol = rule.protocol().equals("tcp") ? "" : "/" + rule.protocol();
        return address + rule.hostPort() + "->" + rule.machinePort() + protocol;
    }

    private static List<String> parts(String text) {
        String ends = text.substring(0, text.indexOf('/') < 0 ? text.length() : text.indexOf('/'));
        List<String> parts = new ArrayList<>(List.of(ends.split(":", -1)));
        if (parts.size() > MOST_PARTS) {
            throw malformed(text);
        }
        return parts;
    }

    private static String protocol(String text) {
        int slash = text.indexOf('/');
        String protocol = slash < 0 ? "tcp" : text.substring(slash + 1);
        if (!protocol.equals("tcp") && !protocol.equals("udp")) {
            throw new IllegalArgumentException("\"" + text + "\": the protocol is tcp or udp, as in 53/udp");
        }
        return protocol;
    }

    /** What stands in front and is no number. */
    private static @Nullable String address(List<String> parts, String text) {
        String first = parts.getFirst();
        if (parts.size() == 1 || (parts.size() < MOST_PARTS && first.matches("-?[0-9]*"))) {
            return null;
        }
        if (!first.matches("[0-9]+(\\.[0-9]+){3}")) {
            throw new IllegalArgumentException("\"" + text + "\": \"" + first + "\" is not an IPv4 address");
        }
        return first;
    }

    private static int port(String number, String text) {
        if (number.matches("-?[0-9]{1,9}")) {
            int port = Integer.parseInt(number);
            if (port >= 1 && port <= LARGEST_PORT) {
                return port;
            }
            throw new IllegalArgumentException("\"" + text + "\": ports are 1 to 65535, not " + number);
        }
        throw malformed(text);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not [ADDRESS:][HOST:]MACHINE[/udp], as in 80, 8080:80 or 127.0.0.1:8080:80");
    }
}
