package io.sistemo.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Unpacks the "legacy frame" of LZ4 (lz4_Frame_format.md), which kernels are packed with: a magic number, then blocks of
 * at most 8 MiB, each behind its packed length.
 */
final class LegacyLz4 {
    /** The first four bytes, little-endian. */
    static final int MAGIC = 0x184c2102;

    private static final int BLOCK_BYTES = 8 << 20;
    private static final int SHORTEST_MATCH = 4;
    private static final int LENGTH_GOES_ON = 15;

    private LegacyLz4() {}

    /** The unpacked bytes; {@link IllegalArgumentException} when they are damaged. */
    static byte[] unpack(byte[] packed) {
        ByteBuffer input = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        byte[] block = new byte[BLOCK_BYTES];
        try {
            if (input.getInt() != MAGIC) {
                throw new IllegalArgumentException("no LZ4 magic number");
            }
            while (input.hasRemaining()) {
                int length = input.getInt();
                if (length <= 0 || length > input.remaining()) {
                    throw new IllegalArgumentException("an LZ4 block that is cut short");
                }
                ByteBuffer part = input.slice(input.position(), length);
                output.write(block, 0, unpackBlock(part, block));
                input.position(input.position() + length);
            }
        } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
            throw new IllegalArgumentException("damaged LZ4 data", e);
        }
        return output.toByteArray();
    }

    /** One block (lz4_Block_format.md): literals and matches in turn, the last one without a match. */
    private static int unpackBlock(ByteBuffer input, byte[] block) {
        int end = 0;
        while (input.hasRemaining()) {
            int token = Byte.toUnsignedInt(input.get());
            int literals = length(token >> 4, input);
            input.get(block, end, literals);
            end += literals;
            if (!input.hasRemaining()) {
                break;
            }
            int distance = Byte.toUnsignedInt(input.get()) | Byte.toUnsignedInt(input.get()) << 8;
            int match = length(token & LENGTH_GOES_ON, input) + SHORTEST_MATCH;
            if (distance == 0 || distance > end || match > block.length - end) {
                throw new IllegalArgumentException("an LZ4 match outside of its block");
            }
            copy(block, end, distance, match);
            end += match;
        }
        return end;
    }

    private static int length(int fromToken, ByteBuffer input) {
        int length = fromToken;
        int more = fromToken == LENGTH_GOES_ON ? 255 : 0;
        while (more == 255) {
            more = Byte.toUnsignedInt(input.get());
            length += more;
        }
        return length;
    }

    /** A match may reach into what it writes itself: then the bytes repeat. */
    private static void copy(byte[] block, int to, int distance, int length) {
        if (distance == 1) {
            Arrays.fill(block, to, to + length, block[to - 1]);
            return;
        }
        int done = 0;
        while (done < length) {
            int part = Math.min(distance, length - done);
            System.arraycopy(block, to + done - distance, block, to + done, part);
            done += part;
        }
    }
}
