package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The attributes at the end of a netlink message: length, type, value, each padded to four bytes. */
final class NetlinkAttributes {
    private static final int HEADER_BYTES = 4;
    /** The two high bits of a type are flags (nested, network byte order). */
    private static final int TYPE_MASK = 0x3fff;

    /** All that we ask for are below. */
    private static final int TYPES = 32;

    private final ByteBuffer message;
    /** Where the value of each type begins; no value begins at 0, before which its header would be. */
    private final int[] starts = new int[TYPES];

    /** One walk for all: a link has dozens of attributes. A broken tail is ignored, as the kernel does. */
    private NetlinkAttributes(ByteBuffer message, int start) {
        this.message = message;
        int limit = message.limit();
        int at = start;
        while (limit - at >= HEADER_BYTES) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < HEADER_BYTES || length > limit - at) {
                break;
            }
            int type = message.getShort(at + 2) & TYPE_MASK;
            if (type < TYPES && starts[type] == 0) {
                starts[type] = at + HEADER_BYTES;
            }
            at += aligned(length);
        }
    }

    /** What is left of a message. Pure. */
    static NetlinkAttributes parse(ByteBuffer bytes) {
        return new NetlinkAttributes(bytes, bytes.position());
    }

    /** What follows the first bytes of a message. Pure. */
    static NetlinkAttributes parse(ByteBuffer bytes, int start) {
        return new NetlinkAttributes(bytes, start);
    }

    /** A body followed by one attribute that holds a string with its end. */
    static byte[] withString(byte[] body, int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = HEADER_BYTES + bytes.length + 1;
        ByteBuffer message = ByteBuffer.allocate(body.length + aligned(length)).order(ByteOrder.nativeOrder());
        message.put(body).putShort((short) length).putShort((short) type).put(bytes);
        return message.array();
    }

    static int aligned(int length) {
        return (length + 3) & ~3;
    }

    /** The value of the first attribute of a type. */
    Optional<ByteBuffer> bytes(int type) {
        int value = starts[type];
        if (value == 0) {
            return Optional.empty();
        }
        int length = Short.toUnsignedInt(message.getShort(value - HEADER_BYTES)) - HEADER_BYTES;
        return Optional.of(message.slice(value, length).order(ByteOrder.nativeOrder()));
    }

    Optional<Integer> number(int type) {
        return bytes(type).map(ByteBuffer::getInt);
    }

    Optional<NetlinkAttributes> nested(int type) {
        return bytes(type).map(NetlinkAttributes::parse);
    }

    /** A string up to its end byte. */
    Optional<String> text(int type) {
        return bytes(type).map(NetlinkAttributes::text);
    }

    /** The string at the start of some bytes, up to its end byte. */
    static String text(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(value.position(), bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
