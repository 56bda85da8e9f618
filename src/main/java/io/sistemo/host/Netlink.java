package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions to the kernel over netlink: microseconds and exact error numbers, where a program would take milliseconds and
 * answer in prose. Message layout: the kernel's {@code linux/netlink.h}; numbers are in the processor's byte order.
 */
final class Netlink implements AutoCloseable {
    static final int ROUTE = 0;
    static final int NETFILTER = 12;

    private static final int HEADER_BYTES = 16;
    private static final int REQUEST = 0x1;
    private static final int ACKNOWLEDGE = 0x4;
    private static final int DUMP = 0x300;
    private static final int REPLACE = 0x100;
    private static final int EXCLUSIVE = 0x200;
    private static final int CREATE = 0x400;
    private static final int DUMP_INTERRUPTED = 0x10;
    private static final int ERROR_TYPE = 2;
    private static final int DONE_TYPE = 3;
    /** The kernel never hands out more at a time, see {@code netlink_recvmsg}. */
    private static final int BUFFER_BYTES = 1 << 15;

    private static final int MOST_TRIES = 10;

    private final int socket;
    private final Room room;
    private final boolean ownsRoom;

    private Netlink(int protocol, Room room, boolean ownsRoom) {
        this.socket = (int) Errno.require(LibC.netlinkSocket(protocol), "cannot open a netlink socket");
        this.room = room;
        this.ownsRoom = ownsRoom;
    }

    /**
     * Memory for a question and its answers, of one thread, with several sockets one after the other: it is cleared when it is
     * made, which takes longer than a question.
     */
    static final class Room implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment bytes = arena.allocate(BUFFER_BYTES, 8);

        @Override
        public void close() {
            arena.close();
        }
    }

    /** A socket in the calling thread's network namespace. */
    static Netlink open(int protocol) {
        Room room = new Room();
        try {
            return new Netlink(protocol, room, true);
        } catch (HostException e) {
            room.close();
            throw e;
        }
    }

    /** The same, with memory that the caller keeps. */
    static Netlink open(int protocol, Room room) {
        return new Netlink(protocol, room, false);
    }

    /**
     * One request's answer.
     *
     * @param errno 0, or why the kernel refused
     * @param messages the bodies of the messages before the end
     */
    record Answer(int errno, List<ByteBuffer> messages) {}

    /** A request to change or delete one thing that is there. */
    Answer ask(int type, byte[] body) {
        return exchange(type, REQUEST | ACKNOWLEDGE, body);
    }

    /** A question about one thing; the kernel's whole answer is one message, or why there is none. */
    Answer find(int type, byte[] body) {
        send(type, REQUEST, body);
        return receive(true);
    }

    /** A request to make a thing; {@link Errno#EEXIST} when there is one of its name. */
    Answer create(int type, byte[] body) {
        return exchange(type, REQUEST | ACKNOWLEDGE | CREATE | EXCLUSIVE, body);
    }

    /** A request to make a thing, or to change the one that is there. */
    Answer replace(int type, byte[] body) {
        return exchange(type, REQUEST | ACKNOWLEDGE | CREATE | REPLACE, body);
    }

    /** A request for all things of a kind; asked again when they changed meanwhile. */
    List<ByteBuffer> dump(int type, byte[] body, String whatFailed) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Answer answer = exchange(type, REQUEST | DUMP, body);
            if (answer.errno() == 0) {
                return answer.messages();
            }
            if (answer.errno() != Errno.EINTR) {
                throw Errno.failure(whatFailed, answer.errno());
            }
        }
        throw new HostException(whatFailed + ": it kept changing while it was read");
    }

    private Answer exchange(int type, int flags, byte[] body) {
        send(type, flags, body);
        return receive(false);
    }

    private void send(int type, int flags, byte[] body) {
        MemorySegment request = room.bytes.asSlice(0, HEADER_BYTES + body.length);
        request.set(ValueLayout.JAVA_INT, 0, HEADER_BYTES + body.length);
        request.set(ValueLayout.JAVA_SHORT, 4, (short) type);
        request.set(ValueLayout.JAVA_SHORT, 6, (short) flags);
        // Sequence number and sender, which a caller before us may have left there.
        request.set(ValueLayout.JAVA_LONG, 8, 0);
        MemorySegment.copy(body, 0, request, ValueLayout.JAVA_BYTE, HEADER_BYTES, body.length);
        Errno.require(LibC.write(socket, request), "cannot ask over netlink");
    }

    private Answer receive(boolean single) {
        List<ByteBuffer> messages = new ArrayList<>();
        boolean changed = false;
        while (true) {
            int received = (int) Errno.require(LibC.read(socket, room.bytes), "cannot read from netlink");
            ByteBuffer bytes = copy(room.bytes, received);
            while (bytes.remaining() >= HEADER_BYTES) {
                int start = bytes.position();
                int length = bytes.getInt(start);
                int type = Short.toUnsignedInt(bytes.getShort(start + 4));
                changed |= (bytes.getShort(start + 6) & DUMP_INTERRUPTED) != 0;
                if (length < HEADER_BYTES || length > bytes.remaining()) {
                    throw new HostException("netlink answered with a broken message");
                }
                if (type == ERROR_TYPE || type == DONE_TYPE) {
                    int errno = length >= HEADER_BYTES + 4 ? -bytes.getInt(start + HEADER_BYTES) : 0;
                    return new Answer(errno == 0 && changed ? Errno.EINTR : errno, messages);
                }
                messages.add(slice(bytes, start + HEADER_BYTES, length - HEADER_BYTES));
                if (single) {
                    return new Answer(0, messages);
                }
                bytes.position(Math.min(bytes.limit(), start + NetlinkAttributes.aligned(length)));
            }
        }
    }

    private static ByteBuffer copy(MemorySegment buffer, int length) {
        return ByteBuffer.wrap(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))
                .order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer slice(ByteBuffer bytes, int start, int length) {
        return bytes.slice(start, length).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        LibC.close(socket);
        if (ownsRoom) {
            room.close();
        }
    }
}
