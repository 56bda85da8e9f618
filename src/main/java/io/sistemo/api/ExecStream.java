package io.sistemo.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;

/**
 * The client's end of {@code GET /machines/{id}/exec/stream} (see {@link ExecFrame} for the conversation). One thread
 * receives; any may send. Closing hangs up on the command.
 */
public final class ExecStream implements AutoCloseable {
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int MAX_MESSAGE_BYTES = 1024 * 1024;
    private static final int KEY_BYTES = 16;
    private static final int MASK_BYTES = 4;

    private final HttpConnection connection;
    private final ApiJson json;

    private ExecStream(HttpConnection connection, ApiJson json) {
        this.connection = connection;
        this.json = json;
    }

    /** What the server said. */
    public sealed interface Message {
        /** Output of the command. */
        record Output(ExecFrame frame) implements Message {}

        /** The end: nothing follows. */
        record End(ExecExit exit) implements Message {}
    }

    /** The headers that ask for a WebSocket; the key is 16 random bytes. */
    static Map<String, String> upgradeHeaders(String key) {
        return Map.of(
                "Upgrade",
                "websocket",
                "Connection",
                "Upgrade",
                "Sec-WebSocket-Key",
                key,
                "Sec-WebSocket-Version",
                "13");
    }

    static String newKey() throws IOException {
        return Base64.getEncoder().encodeToString(RandomBytes.next(KEY_BYTES));
    }

    /** What the server must answer to a key (RFC 6455 section 4.2.2). */
    public static String acceptOf(String key) {
        return Base64.getEncoder().encodeToString(Sha1.digest((key + ACCEPT_SUFFIX).getBytes(ISO_8859_1)));
    }

    /** Takes over a connection whose upgrade was answered with 101, and says what to run. */
    static ExecStream begin(HttpConnection connection, HttpHead head, String key, ApiJson json, ExecStart start)
            throws IOException {
        if (!acceptOf(key).equals(head.find("sec-websocket-accept").orElse(""))) {
            throw new IOException("What answers is not the daemon: its WebSocket handshake is wrong.");
        }
        ExecStream stream = new ExecStream(connection, json);
        stream.send(WebSocketFrames.TEXT, json.writeBytes(start));
        return stream;
    }

    /** Sends a frame of input, or a new size of the terminal. */
    public void send(ExecFrame frame) throws IOException {
        send(WebSocketFrames.BINARY, frame.encode());
    }

    /** Tells the guest that the terminal has another size. */
    public void resize(ExecResize size) throws IOException {
        send(new ExecFrame(ExecFrame.Channel.RESIZE, json.writeBytes(size)));
    }

    private synchronized void send(int opcode, byte[] payload) throws IOException {
        connection.output().write(WebSocketFrames.encode(opcode, payload, RandomBytes.next(MASK_BYTES)));
        connection.output().flush();
    }

    /**
     * Waits for the next message. Answers pings on the way.
     *
     * @throws EOFException when the connection ended without the command's end
     */
    public Message receive() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream(256);
        int kind = WebSocketFrames.CONTINUATION;
        while (true) {
            WebSocketFrames.Frame frame = WebSocketFrames.read(connection.input(), MAX_MESSAGE_BYTES);
            if (frame.opcode() == WebSocketFrames.PING) {
                send(WebSocketFrames.PONG, frame.payload());
                continue;
            } else if (frame.opcode() == WebSocketFrames.PONG) {
                continue;
            } else if (frame.opcode() == WebSocketFrames.CLOSE) {
                throw new EOFException(
                        "The daemon ended the connection before the command ended" + reason(frame) + ".");
            }
            boolean continues = frame.opcode() == WebSocketFrames.CONTINUATION;
            if (continues == (kind == WebSocketFrames.CONTINUATION)
                    || frame.opcode() > WebSocketFrames.BINARY
                    || message.size() + frame.payload().length > MAX_MESSAGE_BYTES) {
                throw new IOException("The daemon sent a WebSocket message that is not legal.");
            }
            kind = continues ? kind : frame.opcode();
            message.writeBytes(frame.payload());
            if (frame.last()) {
                return kind == WebSocketFrames.TEXT ? end(message.toByteArray()) : output(message.toByteArray());
            }
        }
    }

    private static String reason(WebSocketFrames.Frame close) {
        byte[] payload = close.payload();
        return payload.length <= 2 ? "" : " (" + new String(payload, 2, payload.length - 2, UTF_8) + ")";
    }

    private Message end(byte[] text) throws IOException {
        ExecExit exit = json.read(ExecExit.class, text);
        if (!exit.type().equals(ExecExit.TYPE)) {
            throw new IOException("The daemon sent an exec message of the unknown type " + exit.type() + ".");
        }
        return new Message.End(exit);
    }

    private static Message output(byte[] binary) throws IOException {
        try {
            return new Message.Output(ExecFrame.decode(binary));
        } catch (IllegalArgumentException e) {
            throw new IOException("The daemon sent a malformed exec frame.", e);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
