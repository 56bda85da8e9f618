package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes at the end of a netlink message: length, type, value, each padded to four bytes. */
final class NetlinkAttributes {
    private static final int HEADER_BYTES = 4;
    /** The two high bits of a type are flags (nested, network byte order). */
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    /** Parses what is left of a message. Pure; a broken tail is ignored, as the kernel does. */
    static NetlinkAttributes parse(ByteBuffer bytes) {
        NetlinkAttributes result = new NetlinkAttributes();
        int at = bytes.position();
        while (bytes.limit() - at >= HEADER_BYTES) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            int type = Short.toUnsignedInt(bytes.getShort(at + 2)) & TYPE_MASK;
            if (length < HEADER_BYTES || length > bytes.limit() - at) {
                break;
            }
            ByteBuffer value = bytes.slice(at + HEADER_BYTES, length - HEADER_BYTES);
            result.values.put(type, value.order(ByteOrder.nativeOrder()));
            at += aligned(length);
        }
        return result;
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

    Optional<ByteBuffer> bytes(int type) {
        return Optional.ofNullable(values.get(type));
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
