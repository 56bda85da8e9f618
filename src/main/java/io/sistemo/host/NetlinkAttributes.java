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

    private final ByteBuffer message;
    private final int start;

    private NetlinkAttributes(ByteBuffer message, int start) {
        this.message = message;
        this.start = start;
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

    /**
     * Looked for each time: a link has dozens of attributes, of which a few are asked for. A broken tail is ignored, as the
     * kernel does.
     */
    Optional<ByteBuffer> bytes(int type) {
        int at = start;
        while (message.limit() - at >= HEADER_BYTES) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < HEADER_BYTES || length > message.limit() - at) {
                break;
            }
            if ((message.getShort(at + 2) & TYPE_MASK) == type) {
                return Optional.of(
                        message.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.nativeOrder()));
            }
            at += aligned(length);
        }
        return Optional.empty();
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
