package io.sistemo.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer over one connection (RFC 9112). A plain socket, because the start of the command line decides
 * what it may use, and the JDK's clients cost more than all the rest of a command. Only connecting is timed: an answer may
 * take as long as a machine takes to boot. For one thread at a time, but any thread may close it.
 */
final class HttpConnection implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int CONTINUE = 100;
    private static final int UPLOAD_BUFFER_BYTES = 256 * 1024;

    private final DaemonAddress address;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private HttpConnection(DaemonAddress address, Socket socket) throws IOException {
        this.address = address;
        this.socket = socket;
        this.in = new BufferedInputStream(new DaemonInput(socket), 16 * 1024);
        this.out = socket.getOutputStream();
    }

    /** Connects; with TLS the certificate must be valid for the host's name. */
    static HttpConnection open(DaemonAddress address) throws DaemonUnreachable {
        // The daemon is never behind a proxy, and asking for one reads files and costs milliseconds.
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            socket.connect(
                    new InetSocketAddress(address.host(), address.port()), Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
            socket.setTcpNoDelay(true);
            return new HttpConnection(address, address.secure() ? secured(socket, address) : socket);
        } catch (IOException e) {
            closeQuietly(socket, e);
            throw new DaemonUnreachable(address, e);
        }
    }

    private static Socket secured(Socket socket, DaemonAddress address) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, address.host(), address.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static void closeQuietly(Socket socket, IOException reason) {
        try {
            socket.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * Sends the request and reads the head of the answer.
     *
     * @param path begins with a slash; already percent-encoded
     * @param body JSON, or null for none
     */
    HttpHead exchange(String method, String path, Map<String, String> headers, byte @Nullable [] body)
            throws IOException {
        StringBuilder head = begin(method, path, headers);
        if (body != null) {
            append(head, "Content-Type", "application/json");
            append(head, "Content-Length", Integer.toString(body.length));
        } else if (!method.equals("GET")) {
            append(head, "Content-Length", "0");
        }
        if (!headers.containsKey("Upgrade")) {
            append(head, "Connection", "close");
        }
        byte[] start = head.append("\r\n\r\n").toString().getBytes(UTF_8);
        // One write, so that a small request is one packet and the peer never waits for its second half.
        byte[] message = new byte[start.length + (body == null ? 0 : body.length)];
        System.arraycopy(start, 0, message, 0, start.length);
        if (body != null) {
            System.arraycopy(body, 0, message, start.length, body.length);
        }
        IOException sendFailure = null;
        try {
            out.write(message);
            out.flush();
        } catch (IOException e) {
            // The server may have refused (413, 401) and closed before it read all of it: its answer counts.
            sendFailure = e;
        }
        try {
            return HttpHead.read(in);
        } catch (IOException e) {
            if (sendFailure != null) {
                e.addSuppressed(sendFailure);
            }
            throw e;
        }
    }

    private StringBuilder begin(String method, String path, Map<String, String> headers) {
        StringBuilder head = new StringBuilder(256);
        head.append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(address.authority());
        headers.forEach((name, value) -> append(head, name, value));
        return head;
    }

    /**
     * Sends a request with a body of any size, once the daemon says that it wants it (RFC 9110 section 10.1.1), and reads the
     * head of the answer.
     *
     * @param bytes how much the source has to give
     * @throws IOException of the source too; nothing more can be done with the connection then
     */
    HttpHead upload(String path, Map<String, String> headers, long bytes, UploadSource source) throws IOException {
        StringBuilder head = begin("POST", path, headers);
        append(head, "Content-Type", "application/octet-stream");
        append(head, "Content-Length", Long.toString(bytes));
        append(head, "Expect", "100-continue");
        append(head, "Connection", "close");
        out.write(head.append("\r\n\r\n").toString().getBytes(UTF_8));
        out.flush();
        HttpHead first = HttpHead.readOne(in);
        if (first.status() != CONTINUE) {
            return first;
        }
        byte[] buffer = new byte[UPLOAD_BUFFER_BYTES];
        IOException sendFailure = null;
        for (long left = bytes; left > 0 && sendFailure == null; ) {
            int count = (int) Math.min(left, source.read(buffer));
            try {
                out.write(buffer, 0, count);
            } catch (IOException e) {
                // It has refused the rest: its answer counts.
                sendFailure = e;
            }
            left -= count;
        }
        try {
            return HttpHead.read(in);
        } catch (IOException e) {
            if (sendFailure != null) {
                e.addSuppressed(sendFailure);
            }
            throw e;
        }
    }

    private static void append(StringBuilder head, String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw new IllegalArgumentException("The value of header " + name + " has a control character.");
        }
        head.append("\r\n").append(name).append(": ").append(value);
    }

    /** The body that follows this head; it ends where the answer ends. */
    HttpBody body(HttpHead head) throws IOException {
        return HttpBody.of(head, in);
    }

    /** What the peer sends after the head of an upgrade. */
    InputStream input() {
        return in;
    }

    /** To the peer after the head of an upgrade. */
    OutputStream output() {
        return out;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
