package io.sistemo.host;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Sockets of the kernel. Java has Unix sockets, but no abstract ones and none of another namespace. */
public final class LinuxSockets implements Sockets {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LONGEST_NAME_BYTES = 107;
    private static final int BUFFER_BYTES = 4096;
    private static final int LONGEST_ANSWER_BYTES = 1 << 16;

    /** Sockets of this host; no more is needed than the rights to them. */
    public LinuxSockets() {}

    @Override
    public Optional<byte[]> exchange(Path socket, byte[] said, Predicate<byte[]> isWhole, Duration patience) {
        return new SocketExchange(socket, patience).run(said, isWhole);
    }

    @Override
    public String converse(String namespace, String name, String said, String awaited) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        if (nameBytes.length > LONGEST_NAME_BYTES) {
            throw new IllegalArgumentException("too long for a socket: " + name);
        }
        // A platform thread of its own, in the namespace: it may wait in the kernel.
        return InNamespace.call(Optional.of(namespace), () -> {
            String whom = "the socket " + name + " in " + namespace;
            int socket = (int) Errno.require(LibC.unixSocket(), "cannot make a socket for " + whom);
            try (Arena arena = Arena.ofConfined()) {
                limit(socket, arena);
                connect(socket, nameBytes, whom, arena);
                write(socket, said.getBytes(StandardCharsets.UTF_8), whom, arena);
                return read(socket, awaited, whom, arena);
            } finally {
                LibC.close(socket);
            }
        });
    }

    /** {@code struct timeval}, for what is sent (connecting too) and what is received. */
    private static void limit(int socket, Arena arena) {
        MemorySegment time = arena.allocate(16, 8);
        time.set(ValueLayout.JAVA_LONG, 0, PATIENCE.toSeconds());
        Errno.require(LibC.limitSending(socket, time), "cannot set a socket's time");
        Errno.require(LibC.limitReceiving(socket, time), "cannot set a socket's time");
    }

    /** {@code struct sockaddr_un}: family 1, then a zero byte and the name. */
    private static void connect(int socket, byte[] name, String whom, Arena arena) {
        MemorySegment address = arena.allocate(3L + name.length, 2);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 3, name.length);
        Errno.require(LibC.connect(socket, address), "cannot reach " + whom);
    }

    private static void write(int socket, byte[] said, String whom, Arena arena) {
        MemorySegment rest = arena.allocate(said.length);
        MemorySegment.copy(said, 0, rest, ValueLayout.JAVA_BYTE, 0, said.length);
        while (rest.byteSize() > 0) {
            rest = rest.asSlice(Errno.require(LibC.write(socket, rest), "cannot write to " + whom));
        }
    }

    private static String read(int socket, String awaited, String whom, Arena arena) {
        MemorySegment buffer = arena.allocate(BUFFER_BYTES);
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (heard.size() < LONGEST_ANSWER_BYTES && System.nanoTime() < deadline) {
            long length = Errno.require(LibC.read(socket, buffer), "no answer from " + whom);
            if (length == 0) {
                break;
            }
            heard.writeBytes(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            String text = heard.toString(StandardCharsets.UTF_8);
            Optional<String> line = text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(candidate -> candidate.contains(awaited))
                    .findFirst();
            if (line.isPresent()) {
                return line.get();
            }
        }
        throw new HostException("no answer from " + whom);
    }
}
