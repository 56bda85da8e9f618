package io.sistemo.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Files that begin as an ext4 filesystem does; enough of one for everything that the host reads of an image. */
public final class FakeExt4 {
    static final UUID ID = UUID.fromString("0b5ae1c4-7b0d-4c66-9a6b-1f3f5d0c9d11");

    private static final int SUPERBLOCK_BYTES = 1024;
    private static final int BLOCK_BYTES = 4096;
    private static final String WORD_MARK = "the word is ";

    private FakeExt4() {}

    /** A superblock with blocks of 4 KiB, extents and 64-bit counts. */
    static ByteBuffer superblock(long blocks, long freeBlocks) {
        ByteBuffer content = ByteBuffer.allocate(SUPERBLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.putInt(0x4, (int) blocks).putInt(0x150, (int) (blocks >>> 32));
        content.putInt(0xC, (int) freeBlocks).putInt(0x158, (int) (freeBlocks >>> 32));
        content.putInt(0x18, 2);
        content.putShort(0x38, (short) 0xEF53);
        content.putInt(0x4C, 1);
        content.putInt(0x60, 0x40 | 0x80);
        for (int i = 0; i < 16; i++) {
            content.put(0x68 + i, HexBytes.of(ID)[i]);
        }
        return content;
    }

    /** The content of a filesystem of one block that is told apart by a word. */
    public static byte[] bytes(String word) {
        byte[] content = new byte[BLOCK_BYTES];
        System.arraycopy(superblock(1, 0).array(), 0, content, SUPERBLOCK_BYTES, SUPERBLOCK_BYTES);
        byte[] mark = (WORD_MARK + word).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(mark, 0, content, 2 * SUPERBLOCK_BYTES, mark.length);
        return content;
    }

    /** The word in such a content, if it is one. */
    public static Optional<String> word(String content) {
        int at = content.indexOf(WORD_MARK);
        return at < 0
                ? Optional.empty()
                : Optional.of(content.substring(at + WORD_MARK.length()).replace("\0", ""));
    }

    /** A file with data at its begin and its end and a hole between. */
    static Path write(Path file, int blocks, String text) throws IOException {
        try (RandomAccessFile output = new RandomAccessFile(file.toFile(), "rw")) {
            output.setLength(blocks * 4096L);
            output.seek(1024);
            output.write(superblock(blocks, blocks / 2).array());
            output.seek(blocks * 4096L - 4096);
            output.writeBytes(text);
        }
        return file;
    }

    /** The id's bytes in the order in which they are printed. */
    private static final class HexBytes {
        private static byte[] of(UUID id) {
            return ByteBuffer.allocate(16)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .array();
        }
    }
}
