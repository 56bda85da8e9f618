package io.sistemo.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The kernel's TCP sockets of the calling thread's network namespace, from {@code /proc/thread-self/net}. */
public final class LinuxSocketTable implements SocketTable {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/thread-self/net/tcp"), Path.of("/proc/thread-self/net/tcp6"));

    /** Reads nothing yet. */
    public LinuxSocketTable() {}

    @Override
    public OptionalLong uidOf(InetSocketAddress peer, InetSocketAddress local) {
        for (Path table : TABLES) {
            if (!java.nio.file.Files.exists(table)) {
                continue; // a kernel without IPv6
            }
            try {
                OptionalLong uid = SocketTableText.uidOf(java.nio.file.Files.readAllLines(table), peer, local);
                if (uid.isPresent()) {
                    return uid;
                }
            } catch (IOException e) {
                throw new HostException("cannot read the table of sockets", e);
            }
        }
        return OptionalLong.empty();
    }
}
