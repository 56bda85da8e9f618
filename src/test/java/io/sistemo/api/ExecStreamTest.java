package io.sistemo.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ExecStreamTest {
    private static final ExecStart START = new ExecStart(ExecStart.TYPE, "cat", false, 0, 0, null);
    private static final String ROUTE = "GET /api/v1/machines/web/exec/stream";

    private final FakeServer server;

    ExecStreamTest() throws IOException {
        server = new FakeServer();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** What a test's server says after the upgrade; it sees the frames of the client unmasked. */
    private interface Talk {
        void with(InputStream in, OutputStream out) throws Exception;
    }

    private void onUpgrade(Talk talk) {
        server.on(ROUTE, (request, in, out) -> {
            String key = String.valueOf(request.headers().get("sec-websocket-key"));
            out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + ExecStream.acceptOf(key) + "\r\n\r\n")
                    .getBytes(UTF_8));
            talk.with(in, out);
        });
    }

    /** A frame as a server sends it, unmasked. */
    private static byte[] frame(int first, byte[] payload) {
        byte[] masked = WebSocketFrames.encode(0, payload, new byte[4]);
        int head = masked.length - payload.length - 4;
        byte[] frame = new byte[head + payload.length];
        System.arraycopy(masked, 0, frame, 0, head);
        System.arraycopy(payload, 0, frame, head, payload.length);
        frame[0] = (byte) first;
        frame[1] = (byte) (masked[1] & 0x7f);
        return frame;
    }

    /** Reads a client's frame: opcode in the first byte, then the unmasked payload. */
    private static byte[] readMasked(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int first = data.readUnsignedByte();
        int second = data.readUnsignedByte();
        assertThat(second & 0x80).as("masked").isEqualTo(0x80);
        int length = second & 0x7f;
        length = length == 126 ? data.readUnsignedShort() : length == 127 ? (int) data.readLong() : length;
        byte[] mask = data.readNBytes(4);
        byte[] payload = data.readNBytes(length);
        byte[] message = new byte[length + 1];
        message[0] = (byte) (first & 0x0f);
        for (int i = 0; i < length; i++) {
            message[i + 1] = (byte) (payload[i] ^ mask[i % 4]);
        }
        return message;
    }

    private static byte[] exit(String json) {
        return frame(0x81, json.getBytes(UTF_8));
    }

    @Test
    void carriesInputOutputAndTheExitCode() throws Exception {
        List<String> received = new ArrayList<>();
        onUpgrade((in, out) -> {
            received.add(new String(readMasked(in), UTF_8));
            byte[] input = readMasked(in);
            received.add(new String(input, 1, input.length - 1, UTF_8));
            out.write(frame(0x82, new ExecFrame(ExecFrame.Channel.STDOUT, "out".getBytes(UTF_8)).encode()));
            out.write(frame(0x82, new ExecFrame(ExecFrame.Channel.STDERR, "err".getBytes(UTF_8)).encode()));
            out.write(exit("{\"type\":\"exit\",\"exit_code\":3,\"error\":null}"));
        });
        try (ExecStream stream = server.client().exec("web", START)) {
            stream.send(new ExecFrame(ExecFrame.Channel.STDIN, "hello".getBytes(UTF_8)));
            assertThat(output(stream)).isEqualTo("STDOUT out");
            assertThat(output(stream)).isEqualTo("STDERR err");
            assertThat(stream.receive()).isEqualTo(new ExecStream.Message.End(new ExecExit("exit", 3, null, null)));
        }
        assertThat(received).containsExactly("\u0001" + ApiJson.lenient().write(START), "\u0000hello");
    }

    private static String output(ExecStream stream) throws IOException {
        var output = (ExecStream.Message.Output) stream.receive();
        return output.frame().channel() + " " + new String(output.frame().payload(), UTF_8);
    }

    @Test
    void answersPingsAndJoinsFragments() throws Exception {
        List<byte[]> received = new ArrayList<>();
        onUpgrade((in, out) -> {
            readMasked(in);
            out.write(frame(0x02, new byte[] {1, 'a'}));
            out.write(frame(0x89, "beat".getBytes(UTF_8)));
            out.write(frame(0x80, new byte[] {'b'}));
            received.add(readMasked(in));
            out.write(exit("{\"type\":\"exit\",\"exit_code\":null,\"error\":\"gone\"}"));
        });
        try (ExecStream stream = server.client().exec("web", START)) {
            assertThat(output(stream)).isEqualTo("STDOUT ab");
            assertThat(stream.receive())
                    .isEqualTo(new ExecStream.Message.End(new ExecExit("exit", null, "gone", null)));
        }
        assertThat(received.getFirst()).isEqualTo("\nbeat".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC2, 0x83, 0x80, 0x09})
    void aFrameThatIsNotLegalEndsIt(int first) throws Exception {
        onUpgrade((in, out) -> {
            readMasked(in);
            out.write(frame(first, new byte[] {1, 2}));
        });
        try (ExecStream stream = server.client().exec("web", START)) {
            assertThatThrownBy(stream::receive).isInstanceOf(IOException.class).hasMessageContaining("not legal");
        }
    }

    @Test
    void anEndWithoutAnExitIsNotAnExit() throws Exception {
        onUpgrade((in, out) -> {
            readMasked(in);
            out.write(frame(0x88, new byte[] {3, (byte) 0xe8, 'b', 'y', 'e'}));
        });
        try (ExecStream stream = server.client().exec("web", START)) {
            assertThatThrownBy(stream::receive).isInstanceOf(EOFException.class).hasMessageContaining("bye");
        }
    }

    @Test
    void aFrameLargerThanAllowedIsNotRead() {
        byte[] huge = {(byte) 0x82, 127, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0};
        assertThatThrownBy(() -> WebSocketFrames.read(new ByteArrayInputStream(huge), 1024))
                .hasMessageContaining("more than 1024");
    }

    @Test
    void aWrongHandshakeIsRefused() {
        server.onRaw(
                ROUTE,
                "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");
        assertThatThrownBy(() -> server.client().exec("web", START)).hasMessageContaining("handshake");
        server.onRecord(ROUTE, 409, new ErrorBody("web is stopped.", "web is stopped.", "wrong_state", false));
        assertThatThrownBy(() -> server.client().exec("web", START)).hasMessage("web is stopped.");
        server.onRaw(ROUTE, "HTTP/1.1 200 OK\r\n\r\n{}");
        assertThatThrownBy(() -> server.client().exec("web", START)).hasMessageContaining("WebSocket");
    }

    /** The example of RFC 6455 section 1.3. */
    @Test
    void theHandshakeIsThatOfTheStandard() {
        assertThat(ExecStream.acceptOf("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536, 100_000})
    void aMaskedFrameIsReadBackAtEachLength(int length) throws Exception {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 0x5a);
        byte[] frame = WebSocketFrames.encode(WebSocketFrames.BINARY, payload, new byte[] {1, 2, 3, 4});
        byte[] read = readMasked(new ByteArrayInputStream(frame));
        assertThat(Arrays.copyOfRange(read, 1, read.length)).isEqualTo(payload);
        WebSocketFrames.Frame unmasked = WebSocketFrames.read(new ByteArrayInputStream(frame(0x82, payload)), 1 << 20);
        assertThat(unmasked.payload()).isEqualTo(payload);
        assertThat(unmasked.last()).isTrue();
    }

    @Test
    void execFramesHaveAChannelByte() throws IOException {
        for (ExecFrame.Channel channel : ExecFrame.Channel.values()) {
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            expected.write(channel.number());
            expected.write("data".getBytes(UTF_8));
            byte[] message = new ExecFrame(channel, "data".getBytes(UTF_8)).encode();
            assertThat(message).isEqualTo(expected.toByteArray());
            assertThat(ExecFrame.decode(message).channel()).isEqualTo(channel);
            assertThat(ExecFrame.decode(message).payload()).isEqualTo("data".getBytes(UTF_8));
        }
        assertThat(ExecFrame.decode(new byte[] {0}).payload()).isEmpty();
        assertThatThrownBy(() -> ExecFrame.decode(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ExecFrame.decode(new byte[] {3})).hasMessageContaining("channel 3");
        assertThatThrownBy(() -> ExecFrame.decode(new byte[ExecFrame.MAX_PAYLOAD_BYTES + 2]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
