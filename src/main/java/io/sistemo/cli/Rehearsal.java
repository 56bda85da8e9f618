package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sistemo.api.ApiJson;
import io.sistemo.api.AttachedVolume;
import io.sistemo.api.Machine;
import io.sistemo.api.MachineList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The run in which the JVM learns which classes the command line needs, so that it can keep them ready (its AOT cache). Runs
 * {@code machine list} against an answer of its own on a loopback port, because no daemon runs when the program is built. The
 * launcher starts this once after a build; nothing else does.
 */
public final class Rehearsal {
    private Rehearsal() {}

    /** Rehearses, and fails when the command line does. */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().name("rehearsal").start(() -> answer(server));
            Terminal terminal = new Terminal(
                    InputStream.nullInputStream(),
                    new Output(OutputStream.nullOutputStream()),
                    new PrintStream(System.err, true, UTF_8),
                    false,
                    false,
                    false,
                    Map.of("SISTEMO_DAEMON_URL", "http://127.0.0.1:" + server.getLocalPort()),
                    Path.of("/"));
            LocalCommands none = new NoLocalCommands();
            int code = Cli.run(new String[] {"machine", "list"}, terminal, none)
                    + Cli.run(new String[] {"vm", "status", "web", "-o", "json"}, terminal, none)
                    + Cli.run(new String[] {"machine", "deploy", "--help"}, terminal, none)
                    + Cli.run(new String[] {"--version"}, terminal, none);
            if (code != ExitCode.OK) {
                throw new IllegalStateException("The rehearsal of the command line failed.");
            }
        }
    }

    private static void answer(ServerSocket server) {
        try {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    var request = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                    String first = String.valueOf(request.readLine());
                    for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
                        // The headers do not matter here.
                    }
                    Object record = first.contains("/machines/") ? machine() : new MachineList(List.of(machine()));
                    byte[] body = ApiJson.lenient().writeBytes(record);
                    String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length;
                    socket.getOutputStream().write((head + "\r\n\r\n").getBytes(UTF_8));
                    socket.getOutputStream().write(body);
                }
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new IllegalStateException("The rehearsal's server failed", e);
            }
        }
    }

    private static Machine machine() {
        String time = "2026-01-01T00:00:00Z";
        return new Machine(
                "00000000-0000-4000-8000-000000000000",
                "web",
                "running",
                null,
                "debian",
                "sha256:0",
                "10.200.0.2",
                "sv-00000000",
                2,
                512,
                2048,
                "default",
                time,
                time,
                1L,
                List.of(),
                List.of(new AttachedVolume("0", "web-root", "root", 2048)),
                "no",
                null,
                Map.of());
    }

    /** The rehearsal asks for none of these. */
    private static final class NoLocalCommands implements LocalCommands {
        @Override
        public int run(LocalCall call) {
            throw new IllegalStateException("not rehearsed: " + call.command());
        }

        @Override
        public io.sistemo.api.DoctorReport doctor(Path dataDirectory) {
            throw new IllegalStateException("not rehearsed: doctor");
        }
    }
}
