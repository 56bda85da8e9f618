package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The body of a netlink request that changes something: a fixed head, then attributes, some of which hold attributes
 * themselves. Layout: the kernel's {@code linux/netlink.h}; numbers are in the processor's byte order.
 */
final class NetlinkRequest {
    private static final int MOST_BYTES = 4096;
    private static final int HEADER_BYTES = 4;
    /** Marks a type whose value is attributes. */
    private static final int NESTED = 0x8000;

    private final ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.nativeOrder());

    /** A body that begins with a head, which is padded by its own layout. */
    NetlinkRequest(byte[] head) {
        buffer.put(head);
    }

    /** A string, with its end byte. */
    NetlinkRequest text(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes(type, Arrays.copyOf(bytes, bytes.length + 1));
    }

    /** A number of 32 bits. */
    NetlinkRequest number(int type, int value) {
        return bytes(
                type,
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }

    /** Any value. */
    NetlinkRequest bytes(int type, byte[] value) {
        return attribute(type, () -> buffer.put(value));
    }

    /** A value that is a head, which may be empty, and then attributes. */
    NetlinkRequest nested(int type, byte[] head, Consumer<NetlinkRequest> attributes) {
        return attribute(type | NESTED, () -> {
            buffer.put(head);
            attributes.accept(this);
        });
    }

    /** The length counts the header, but not what pads the value. */
    private NetlinkRequest attribute(int type, Runnable value) {
        int start = buffer.position();
        buffer.position(start + HEADER_BYTES);
        value.run();
        int length = buffer.position() - start;
        buffer.putShort(start, (short) length).putShort(start + 2, (short) type);
        buffer.position(start + NetlinkAttributes.aligned(length));
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
