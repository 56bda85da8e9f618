package io.sistemo.server;

import io.sistemo.api.ExecFrame;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that collects what the server sends; it can be told to stop reading. */
final class SocketClient implements WebSocket.Listener {
    final CompletableFuture<String> exit = new CompletableFuture<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final Map<ExecFrame.Channel, BlockingQueue<ExecFrame>> frames = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;
    private volatile boolean reading = true;

    SocketClient(HttpClient client, URI uri) {
        URI ws = URI.create(uri.toString().replace("http://", "ws://"));
        socket = client.newWebSocketBuilder().buildAsync(ws, this).join();
    }

    void start(String command) {
        text("{\"type\":\"exec\",\"command\":\"" + command
                + "\",\"tty\":false,\"rows\":0,\"cols\":0,\"timeout_sec\":null}");
    }

    void text(String message) {
        socket.sendText(message, true).join();
    }

    void send(ExecFrame.Channel channel, byte[] payload) {
        socket.sendBinary(ByteBuffer.wrap(new ExecFrame(channel, payload).encode()), true)
                .join();
    }

    /** Bytes of one channel until so many have come. */
    byte[] receive(ExecFrame.Channel channel, int count) throws InterruptedException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (received.size() < count) {
            ExecFrame frame = queue(channel).poll(10, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no more of " + channel + " after " + received.size() + " bytes");
            }
            received.writeBytes(frame.payload());
        }
        return received.toByteArray();
    }

    private BlockingQueue<ExecFrame> queue(ExecFrame.Channel channel) {
        return frames.computeIfAbsent(channel, key -> new LinkedBlockingQueue<>());
    }

    void stopReading() {
        reading = false;
    }

    void readOn() {
        reading = true;
        socket.request(1);
    }

    /** Leaves without a word. */
    void abort() {
        socket.abort();
    }

    void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        partial.writeBytes(bytes);
        if (last) {
            ExecFrame frame = ExecFrame.decode(partial.toByteArray());
            queue(frame.channel()).add(frame);
            partial.reset();
        }
        if (reading) {
            webSocket.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            exit.complete(text.toString());
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
