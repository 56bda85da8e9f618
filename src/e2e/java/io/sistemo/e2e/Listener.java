package io.sistemo.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A program for the tests: listens on every address at the given TCP ports and greets whoever comes. */
final class Listener {
    private Listener() {}

    /** Runs until it is killed. */
    public static void main(String[] ports) throws Exception {
        for (String port : ports) {
            ServerSocket socket = new ServerSocket();
            socket.bind(new InetSocketAddress(Integer.parseInt(port)));
            Thread.ofPlatform().start(() -> serve(socket));
        }
    }

    private static void serve(ServerSocket socket) {
        while (!socket.isClosed()) {
            try (Socket peer = socket.accept()) {
                peer.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                System.err.println("a peer went away: " + e.getMessage());
            }
        }
    }

    /** Whether somebody accepts connections there, as seen from the host. */
    static boolean answers(PrivateHost host, String address, int port) throws Exception {
        return host.run(
                                "timeout",
                                "3",
                                "bash",
                                "-c",
                                "exec 3<>\"/dev/tcp/$1/$2\"",
                                "bash",
                                address,
                                Integer.toString(port))
                        .exitCode()
                == 0;
    }
}
