package io.sistemo.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** One question at a socket that is a file, and its answer; see {@link Sockets#exchange}. */
final class SocketExchange {
    private static final int BUFFER_BYTES = 4096;
    private static final int LONGEST_ANSWER_BYTES = 1 << 16;

    private final Path socket;
    private final Duration patience;

    SocketExchange(Path socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    Optional<byte[]> run(byte[] said, Predicate<byte[]> isWhole) {
        Optional<OpenFile> place = OpenFile.find(socket, OpenFlags.PATH);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile open = place.get()) {
            if (!open.isSocket()) {
                throw new HostException(socket + " is not a socket");
            }
            // By the descriptor: what has the name may be exchanged meanwhile, and an address holds 107 bytes only
            // (unix(7)).
            return run(Path.of("/proc/self/fd/" + open.descriptor()), said, isWhole);
        }
    }

    private Optional<byte[]> run(Path address, byte[] said, Predicate<byte[]> isWhole) {
        try (SocketChannel channel = SocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            Thread limit = Thread.startVirtualThread(() -> closeLater(channel));
            try {
                channel.connect(UnixDomainSocketAddress.of(address));
                ByteBuffer rest = ByteBuffer.wrap(said);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                return Optional.of(read(channel, isWhole));
            } finally {
                limit.interrupt();
            }
        } catch (ConnectException e) {
            // Whoever made it has ended, or does not listen yet.
            return Optional.empty();
        } catch (ClosedByInterruptException e) {
            throw new HostException("the talk with " + socket + " was interrupted", e);
        } catch (AsynchronousCloseException e) {
            throw new HostException("no answer within " + patience.toMillis() + " ms", e);
        } catch (IOException e) {
            throw new HostException("cannot talk with " + socket, e);
        }
    }

    private void closeLater(SocketChannel channel) {
        try {
            Thread.sleep(patience);
            channel.close();
        } catch (InterruptedException e) {
            // It has come to its end before.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new HostException("cannot end the talk with " + socket, e);
        }
    }

    private byte[] read(SocketChannel channel, Predicate<byte[]> isWhole) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        while (heard.size() < LONGEST_ANSWER_BYTES) {
            int length = channel.read(buffer.clear());
            if (length < 0) {
                throw new HostException("the answer ended after " + heard.size() + " bytes");
            }
            heard.write(buffer.array(), 0, length);
            byte[] soFar = heard.toByteArray();
            if (isWhole.test(soFar)) {
                return soFar;
            }
        }
        throw new HostException("the answer is longer than " + LONGEST_ANSWER_BYTES + " bytes");
    }
}
