package io.sistemo.network;

import java.util.Locale;
import java.util.Optional;

/**
 * A port of the host that leads to a port of a machine.
 *
 * @param protocol of both
 * @param address of the host at which it is; empty for each of them
 * @param hostPort the port there, 1 to 65535
 * @param machinePort the port in the machine, 1 to 65535
 */
public record Forward(Protocol protocol, Optional<Ipv4> address, int hostPort, int machinePort) {
    private static final int LARGEST_PORT = 65_535;

    /** What is forwarded. */
    public enum Protocol {
        /** Connections. */
        TCP,
        /** Single packets. */
        UDP;

        /** How users and rules spell it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The protocol that is spelled so. */
        public static Optional<Protocol> find(String word) {
            return switch (word) {
                case "tcp" -> Optional.of(TCP);
                case "udp" -> Optional.of(UDP);
                default -> Optional.empty();
            };
        }
    }

    /** Checks the ports. */
    public Forward {
        if (!isPort(hostPort) || !isPort(machinePort)) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + hostPort + " or " + machinePort);
        }
    }

    /** Whether a number is a port's. */
    public static boolean isPort(int number) {
        return number >= 1 && number <= LARGEST_PORT;
    }

    /** Whether both cannot be: they have the same port at the same address, or one of them has it at every address. */
    public boolean excludes(Forward other) {
        boolean met = address.isEmpty() || other.address.isEmpty() || address.equals(other.address);
        return met && protocol == other.protocol && hostPort == other.hostPort;
    }

    /** The host's end, as in {@code 127.0.0.1:8080/tcp}. */
    public String hostEnd() {
        return hostEnd(protocol, address, hostPort);
    }

    /** The same for an end of which no more is known. */
    public static String hostEnd(Protocol protocol, Optional<Ipv4> address, int hostPort) {
        return address.map(bound -> bound + ":").orElse("") + hostPort + "/" + protocol.word();
    }

    /** For users, as in {@code 127.0.0.1:8080->80/tcp}. */
    @Override
    public String toString() {
        return address.map(bound -> bound + ":").orElse("") + hostPort + "->" + machinePort + "/" + protocol.word();
    }
}
