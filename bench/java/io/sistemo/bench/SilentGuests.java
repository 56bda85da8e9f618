package io.sistemo.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What listens in place of guests that are not there: it is connected to, and says nothing. Otherwise the daemon would try each
 * of a hundred guests several times a second, as no daemon does whose machines have booted, and that would be measured.
 */
final class SilentGuests implements AutoCloseable {
    private static final String RULES = """
            table ip sistemobench {
              chain output {
                type nat hook output priority -100;
                oifname "sistemo0" tcp dport %d redirect to :%d
              }
            }
            """;
    /** Connections that nobody takes wait in the kernel, open, up to this many. */
    private static final int BACKLOG = 4096;

    private final ServerSocket listener;

    private SilentGuests(ServerSocket listener) {
        this.listener = listener;
    }

    static SilentGuests open() throws IOException, InterruptedException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Path rules = Files.createTempFile("silent-guests", ".nft");
        Files.writeString(rules, RULES.formatted(GuestSsh.PORT, listener.getLocalPort()));
        Commands.run("nft", "-f", rules.toString());
        Files.delete(rules);
        return new SilentGuests(listener);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Commands.run("nft", "delete", "table", "ip", "sistemobench");
        listener.close();
    }
}
