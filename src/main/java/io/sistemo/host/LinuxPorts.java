package io.sistemo.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Ports and addresses as {@code /proc} and the kernel's list of links show them. */
final class LinuxPorts implements Ports {
    private static final Path PROC = Path.of("/proc");

    @Override
    public List<PortHolder> holders(Transport transport, int port) {
        List<SocketTableText.Taker> takers = new ArrayList<>();
        for (String table : tables(transport)) {
            Path file = PROC.resolve("thread-self/net").resolve(table);
            if (!Files.exists(file)) {
                continue; // a kernel without IPv6
            }
            try {
                takers.addAll(SocketTableText.takers(Files.readAllLines(file), transport, port));
            } catch (IOException e) {
                throw new HostException("cannot read the table of sockets", e);
            }
        }
        return takers.stream().map(LinuxPorts::holder).toList();
    }

    private static List<String> tables(Transport transport) {
        return switch (transport) {
            case TCP -> List.of("tcp", "tcp6");
            case UDP -> List.of("udp", "udp6");
        };
    }

    private static PortHolder holder(SocketTableText.Taker taker) {
        OptionalLong pid = processWith("socket:[" + taker.inode() + "]");
        Optional<String> program = pid.isPresent() ? name(pid.getAsLong()) : Optional.empty();
        return new PortHolder(taker.address(), pid, program);
    }

    /** Looks through the open files of all processes; one that ends meanwhile has none. */
    private static OptionalLong processWith(String openFile) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (hasOpen(process, openFile)) {
                    return OptionalLong.of(Long.parseLong(String.valueOf(process.getFileName())));
                }
            }
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new HostException("cannot list the processes", e);
        }
    }

    private static boolean hasOpen(Path process, String openFile) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (openFile.equals(target(file))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // It has ended, or belongs to somebody whose files may not be seen.
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // It was closed meanwhile.
            return "";
        }
    }

    private static Optional<String> name(long pid) {
        try {
            return Optional.of(Files.readString(PROC.resolve(Long.toString(pid)).resolve("comm"))
                    .strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isOfHost(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            throw new HostException("cannot list the host's addresses", e);
        }
    }
}
