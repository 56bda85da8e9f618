package io.sistemo.vmm.firecracker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Serves a {@link StandInApi} at a socket. Connections stay open until the other side ends them. */
public final class StandInServer implements AutoCloseable {
    private final StandInApi api;
    private final ServerSocketChannel listener;
    private final Runnable death;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    /**
     * Listens at once.
     *
     * @param death what happens when it has to die
     */
    public StandInServer(Path socket, StandInApi api, Runnable death) throws IOException {
        this.api = api;
        this.death = death;
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().name("stand-in").daemon().start(this::run);
    }

    private void run() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                connections.add(connection);
                Thread.ofPlatform().daemon().start(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed: nobody is served any more.
            connections.forEach(StandInServer::end);
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            while (true) {
                byte[] request = read(connection);
                if (request.length == 0) {
                    return;
                }
                switch (api.answer(request)) {
                    case StandInApi.Outcome.Answer answer -> {
                        ByteBuffer bytes = StandardCharsets.UTF_8.encode(answer.text());
                        while (bytes.hasRemaining()) {
                            connection.write(bytes);
                        }
                        if (answer.isLast()) {
                            return;
                        }
                    }
                    case StandInApi.Outcome.Silence _ -> {
                        // Until the other side has had enough.
                        connection.read(ByteBuffer.allocate(1));
                        return;
                    }
                    case StandInApi.Outcome.Death _ -> {
                        close();
                        death.run();
                        return;
                    }
                }
            }
        } catch (IOException e) {
            // The other side is gone, or this one was closed.
            end(connection);
        } finally {
            connections.remove(connection);
        }
    }

    private static byte[] read(SocketChannel connection) throws IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (!HttpAnswer.isWhole(heard.toByteArray())) {
            int length = connection.read(buffer.clear());
            if (length < 0) {
                return new byte[0];
            }
            heard.write(buffer.array(), 0, length);
        }
        return heard.toByteArray();
    }

    private static void end(SocketChannel connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        connections.forEach(StandInServer::end);
    }
}
