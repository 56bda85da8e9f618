package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sistemo.api.ApiJson;
import io.sistemo.api.AttachedVolume;
import io.sistemo.api.DaemonLocation;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.ExecExit;
import io.sistemo.api.ExecStream;
import io.sistemo.api.Machine;
import io.sistemo.api.MachineList;
import io.sistemo.api.Operation;
import io.sistemo.api.OperationEvent;
import io.sistemo.api.OperationState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The run in which the JVM learns which classes the command line needs, so that it can keep them ready (its AOT cache). Runs
 * a few commands against answers of its own on a loopback port, because no daemon runs when the program is built. The
 * launcher starts this once after a build; nothing else does.
 */
public final class Rehearsal {
    private static final String TIME = "2026-01-01T00:00:00Z";

    private Rehearsal() {}

    /** Rehearses, and fails when the command line does. */
    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
        // What the entry point touches before it comes to us; it is above this package, so it has no name here.
        Class.forName("io.sistemo.Main");
        Class.forName("io.sistemo.Main$Daemon");
        Terminal.system();
        try (ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().name("rehearsal").start(() -> answer(server));
            String url = "http://127.0.0.1:" + server.getLocalPort();
            require(ExitCode.OK, url, "machine", "list");
            listByDataDirectory(url);
            require(ExitCode.OK, url, "vm", "status", "web", "-o", "json");
            require(ExitCode.OK, url, "machine", "stop", "web");
            require(ExitCode.OK, url, "machine", "exec", "web", "true");
            require(ExitCode.OK, url, "machine", "deploy", "--help");
            require(ExitCode.OK, url, "--version");
            require(ExitCode.USAGE, url, "machine", "lst");
        }
        require(ExitCode.FAILED, "http://127.0.0.1:1", "machine", "list");
    }

    /** The usual way to the daemon: by the file that it leaves in its data directory. */
    private static void listByDataDirectory(String url) throws IOException {
        Path directory = Files.createTempDirectory("sistemo-rehearsal-");
        Path file = directory.resolve(DaemonLocation.URL_FILE);
        try {
            Files.writeString(file, url + "\n");
            require(ExitCode.OK, "", "machine", "list", "--data-dir", directory.toString());
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        }
    }

    private static void require(int expected, String url, String... words) {
        // Complaints are part of it, but nobody needs to read them.
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new Output(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
                false,
                false,
                false,
                url.isEmpty() ? Map.of() : Map.of(DaemonLocation.URL_VARIABLE, url),
                Path.of("/"));
        int code = Cli.run(words, terminal, new NoLocalCommands());
        if (code != expected) {
            throw new IllegalStateException("The rehearsal of " + String.join(" ", words) + " ended with " + code);
        }
    }

    private static void answer(ServerSocket server) {
        try {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    answer(socket);
                }
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new IllegalStateException("The rehearsal's server failed", e);
            }
        }
    }

    private static void answer(Socket socket) throws IOException {
        var request = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        String first = String.valueOf(request.readLine());
        String key = "";
        for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
            key = line.startsWith("Sec-WebSocket-Key: ") ? line.substring("Sec-WebSocket-Key: ".length()) : key;
        }
        OutputStream out = socket.getOutputStream();
        ApiJson json = ApiJson.lenient();
        if (first.contains("/exec/stream")) {
            String head = "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + ExecStream.acceptOf(key);
            byte[] exit = json.writeBytes(new ExecExit(ExecExit.TYPE, 0, null, null));
            out.write((head + "\r\n\r\n").getBytes(UTF_8));
            out.write(new byte[] {(byte) 0x82, 2, 1, '\n', (byte) 0x81, (byte) exit.length});
            out.write(exit);
        } else if (first.contains("/events")) {
            String event = json.write(new OperationEvent(1, TIME, operation(OperationState.SUCCEEDED)));
            out.write(("HTTP/1.1 200 OK\r\n\r\nevent: end\ndata: " + event + "\n\n").getBytes(UTF_8));
        } else {
            Object record = first.startsWith("POST")
                    ? operation(OperationState.RUNNING)
                    : first.contains("/machines/") ? machine() : new MachineList(List.of(machine()));
            byte[] body = json.writeBytes(record);
            String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length;
            out.write((head + "\r\n\r\n").getBytes(UTF_8));
            out.write(body);
        }
    }

    private static Operation operation(OperationState state) {
        return new Operation(
                "0", "machine.stop", "machine", "0", "web", state, "stopping", null, null, null, null, TIME, null);
    }

    private static Machine machine() {
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
                TIME,
                TIME,
                1L,
                List.of(),
                List.of(new AttachedVolume("0", "web-root", "root", 2048)),
                "no",
                null,
                null,
                null,
                null,
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
        public DoctorReport doctor(Path dataDirectory) {
            throw new IllegalStateException("not rehearsed: doctor");
        }
    }
}
