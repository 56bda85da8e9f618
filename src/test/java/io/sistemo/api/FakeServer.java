package io.sistemo.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on a loopback port that answers as it is told, byte for byte. One answer ends a connection. */
public final class FakeServer implements AutoCloseable {
    private final ServerSocket server;
    private final Thread acceptor;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Set<String> resets = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** What a client sent; headers have names in lower case. */
    public record Request(String line, Map<String, String> headers, String body) {}

    /** Writes a whole answer, the head included. */
    @FunctionalInterface
    public interface Answer {
        void write(Request request, InputStream in, OutputStream out) throws Exception;
    }

    public FakeServer() throws IOException {
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        acceptor = Thread.ofPlatform().daemon().start(this::accept);
    }

    public DaemonAddress address() {
        return new DaemonAddress(false, "127.0.0.1", server.getLocalPort());
    }

    public DaemonClient client() {
        return new DaemonClient(address(), java.util.Optional.empty());
    }

    /** Says what to answer to a request line without its version, for example {@code GET /}. */
    public FakeServer on(String line, Answer answer) {
        answers.put(line, answer);
        return this;
    }

    /** Answers with these characters as they are. */
    public FakeServer onRaw(String line, String answer) {
        return on(line, (request, in, out) -> out.write(answer.getBytes(UTF_8)));
    }

    /** Resets the connection instead of an answer, as the kernel does for a server that dies with something unread. */
    public FakeServer onReset(String line) {
        resets.add(line);
        return onRaw(line, "");
    }

    /** Answers with a record. */
    public FakeServer onRecord(String line, int status, Object record) {
        return on(
                line,
                (request, in, out) -> out.write(answer(status, ApiJson.lenient().writeBytes(record))));
    }

    /** Answers with the events of an operation; the last one is its end. */
    public FakeServer onEvents(String line, Operation... operations) {
        StringBuilder events = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        for (int i = 0; i < operations.length; i++) {
            events.append(event(i + 1, operations[i]));
        }
        return onRaw(line, events.toString());
    }

    public static String event(int sequence, Operation operation) {
        String json = ApiJson.lenient().write(new OperationEvent(sequence, "t", operation));
        return "event: " + (operation.state().ended() ? "end" : "progress") + "\nid: " + sequence + "\ndata: " + json
                + "\n\n";
    }

    static byte[] answer(int status, byte[] body) {
        byte[] head = ("HTTP/1.1 " + status + " Some Reason\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(UTF_8);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    public List<Request> requests() {
        return requests;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    failures.add(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String line = HttpHead.readLine(in);
            Map<String, String> headers = new ConcurrentHashMap<>();
            for (String header = HttpHead.readLine(in); !header.isEmpty(); header = HttpHead.readLine(in)) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            Request request = new Request(line, headers, new String(in.readNBytes(length), ISO_8859_1));
            requests.add(request);
            Answer answer = answers.get(line.replace(" HTTP/1.1", ""));
            if (answer == null) {
                throw new AssertionError("Nobody said what to answer to " + line);
            }
            answer.write(request, in, socket.getOutputStream());
            socket.getOutputStream().flush();
            if (resets.contains(line.replace(" HTTP/1.1", ""))) {
                socket.setSoLinger(true, 0);
            }
        } catch (Exception | AssertionError e) {
            failures.add(e);
        }
    }

    /** Closes; what a client did to end a connection early is not a failure of ours. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            // A thread that is still in accept keeps the kernel's end of it open.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Throwable failure : failures) {
            if (failure instanceof AssertionError error) {
                throw error;
            }
        }
    }
}
