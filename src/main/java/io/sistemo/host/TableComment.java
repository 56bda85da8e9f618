package io.sistemo.host;

import java.nio.ByteBuffer;

/** A table's comment among the data that {@code nft} keeps in the kernel: type, length and value, a byte each for the first two. */
final class TableComment {
    private static final int COMMENT = 0;

    private TableComment() {}

    /** The comment; empty when there is none. Pure. */
    static String parse(ByteBuffer userData) {
        int at = userData.position();
        while (userData.limit() - at >= 2) {
            int type = Byte.toUnsignedInt(userData.get(at));
            int length = Math.min(Byte.toUnsignedInt(userData.get(at + 1)), userData.limit() - at - 2);
            if (type == COMMENT) {
                return NetlinkAttributes.text(userData.slice(at + 2, length));
            }
            at += 2 + length;
        }
        return "";
    }
}
