package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What the first bytes of a file say of the ext4 file system in it; whoever wrote them may have lied. The layout is {@code
 * struct ext4_super_block} in the kernel's {@code Documentation/filesystems/ext4/super.rst}: little-endian, at offset 1,024.
 *
 * @param sizeBytes how long it says that it is; the largest number when it says nonsense
 */
public record Ext4Header(long sizeBytes) {
    /** How much of a file is needed. */
    public static final int LENGTH = 2048;

    private static final int SUPERBLOCK = 1024;
    private static final int BLOCKS_LOW = SUPERBLOCK + 0x4;
    private static final int LOG_BLOCK_SIZE = SUPERBLOCK + 0x18;
    private static final int MAGIC = SUPERBLOCK + 0x38;
    private static final int INCOMPATIBLE_FEATURES = SUPERBLOCK + 0x60;
    private static final int BLOCKS_HIGH = SUPERBLOCK + 0x150;
    private static final short EXT_MAGIC = (short) 0xEF53;
    private static final int FEATURE_64_BIT = 0x80;
    /** Blocks of 64 KiB. */
    private static final int LARGEST_LOG_BLOCK_SIZE = 6;

    private static final long UNSIGNED_INT = 0xFFFFFFFFL;
    private static final long MOST_BLOCKS = Long.MAX_VALUE >> 16;

    /** Reads it; empty when the file is too short, or lacks the mark that every ext4 file system bears. */
    public static Optional<Ext4Header> find(FileHead head) {
        ByteBuffer content = head.content().slice().order(ByteOrder.LITTLE_ENDIAN);
        if (content.remaining() < LENGTH || content.getShort(MAGIC) != EXT_MAGIC) {
            return Optional.empty();
        }
        int logBlockSize = content.getInt(LOG_BLOCK_SIZE);
        boolean wide = (content.getInt(INCOMPATIBLE_FEATURES) & FEATURE_64_BIT) != 0;
        long high = wide ? content.getInt(BLOCKS_HIGH) & UNSIGNED_INT : 0;
        long blocks = (high << Integer.SIZE) | (content.getInt(BLOCKS_LOW) & UNSIGNED_INT);
        boolean possible =
                logBlockSize >= 0 && logBlockSize <= LARGEST_LOG_BLOCK_SIZE && blocks >= 0 && blocks <= MOST_BLOCKS;
        return Optional.of(new Ext4Header(possible ? blocks * (1024L << logBlockSize) : Long.MAX_VALUE));
    }
}
