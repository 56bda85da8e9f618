package io.sistemo.image;

import io.sistemo.host.Disks;
import io.sistemo.host.FileHead;
import io.sistemo.host.HostException;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What an ext4 filesystem says of itself. The layout is {@code struct ext4_super_block} in the kernel's {@code
 * Documentation/filesystems/ext4/super.rst}: little-endian, 1,024 bytes at offset 1,024.
 *
 * <p>Only these few fields are read, by us; no tool ever parses a file that a user or a guest has written, and the content
 * never chooses a parser.
 *
 * @param blockBytes size of a block: 1,024, 2,048 or 4,096
 * @param blocks number of blocks; blocks times blockBytes is at most the file's length
 * @param freeBlocks blocks that hold nothing, as of the last clean unmount; at most {@code blocks}
 * @param uuid the filesystem's id, by which a guest finds its root; never nil
 */
public record Ext4Superblock(int blockBytes, long blocks, long freeBlocks, UUID uuid) {
    private static final int OFFSET = 1024;
    private static final int LENGTH = 1024;

    private static final int BLOCKS_LOW = 0x4;
    private static final int FREE_BLOCKS_LOW = 0xC;
    private static final int LOG_BLOCK_SIZE = 0x18;
    private static final int MAGIC = 0x38;
    private static final int REVISION = 0x4C;
    private static final int INCOMPATIBLE_FEATURES = 0x60;
    private static final int ID = 0x68;
    private static final int BLOCKS_HIGH = 0x150;
    private static final int FREE_BLOCKS_HIGH = 0x158;

    private static final short EXT_MAGIC = (short) 0xEF53;
    private static final int REVISION_WITH_FEATURES = 1;
    private static final int FEATURE_JOURNAL_DEVICE = 0x8;
    private static final int FEATURE_EXTENTS = 0x40;
    private static final int FEATURE_64_BIT = 0x80;
    private static final int LARGEST_LOG_BLOCK_SIZE = 2;
    private static final long UNSIGNED_INT = 0xFFFFFFFFL;

    /** Bytes that the filesystem spans. */
    public long sizeBytes() {
        return blocks * blockBytes;
    }

    /** Bytes that hold something, as of the last clean unmount. */
    public long usedBytes() {
        return (blocks - freeBlocks) * blockBytes;
    }

    /**
     * Reads the superblock of a regular file, or of one that a symbolic link leads to.
     *
     * @throws Refusal NOT_FOUND when there is no such file; BAD_INPUT when it is anything but a whole ext4 filesystem;
     *     FAILED when it cannot be read
     */
    static Ext4Superblock read(Disks disks, Path file) {
        try {
            FileHead head = disks.readHead(file, OFFSET + LENGTH)
                    .orElseThrow(() -> new Refusal(RefusalCode.NOT_FOUND, "There is no file " + file + "."));
            requireRegular(file, head.kind());
            ByteBuffer content = head.content()
                    .slice(
                            Math.min(OFFSET, head.content().limit()),
                            Math.max(0, head.content().limit() - OFFSET));
            return parse(file, content.order(ByteOrder.LITTLE_ENDIAN), head.sizeBytes());
        } catch (HostException e) {
            String reason = e.getCause() instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage());
            throw new Refusal(RefusalCode.FAILED, "Cannot read " + file + ": " + reason + ".", e);
        }
    }

    /**
     * Parses a superblock.
     *
     * @param file for the message only
     * @param content what was found from offset 1,024 on, little-endian
     * @param fileBytes length of the file
     */
    static Ext4Superblock parse(Path file, ByteBuffer content, long fileBytes) {
        if (content.remaining() < LENGTH) {
            throw notExt4(file, "it is too short");
        }
        if (content.getShort(MAGIC) != EXT_MAGIC) {
            throw notExt4(file, "it lacks the mark that every ext4 filesystem bears");
        }
        int features = content.getInt(REVISION) < REVISION_WITH_FEATURES ? 0 : content.getInt(INCOMPATIBLE_FEATURES);
        if ((features & FEATURE_JOURNAL_DEVICE) != 0) {
            throw notExt4(file, "it is a journal without a filesystem");
        }
        if ((features & FEATURE_EXTENTS) == 0) {
            throw notExt4(file, "it is the older ext2 or ext3");
        }
        int logBlockSize = content.getInt(LOG_BLOCK_SIZE);
        if (logBlockSize < 0 || logBlockSize > LARGEST_LOG_BLOCK_SIZE) {
            throw notExt4(file, "its blocks are larger than the 4096 bytes that a guest can mount");
        }
        int blockBytes = 1024 << logBlockSize;
        boolean wide = (features & FEATURE_64_BIT) != 0;
        long blocks = count(content, BLOCKS_LOW, BLOCKS_HIGH, wide);
        long free = count(content, FREE_BLOCKS_LOW, FREE_BLOCKS_HIGH, wide);
        if (blocks <= 0 || blocks > fileBytes / blockBytes) {
            throw notExt4(file, "the file is shorter than the filesystem in it, so a part of it is missing");
        }
        if (free < 0 || free > blocks) {
            throw notExt4(file, "it counts more free blocks than it has");
        }
        return new Ext4Superblock(blockBytes, blocks, free, requireUuid(file, content));
    }

    private static UUID requireUuid(Path file, ByteBuffer content) {
        // The id is bytes in the order in which they are printed, whatever the order of the numbers.
        ByteBuffer bytes = content.slice(ID, 16).order(ByteOrder.BIG_ENDIAN);
        UUID uuid = new UUID(bytes.getLong(), bytes.getLong());
        if (uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0) {
            throw notExt4(file, "it has no UUID by which a guest could find it; give it one with tune2fs -U random");
        }
        return uuid;
    }

    /** Negative when it does not fit 63 bits. */
    private static long count(ByteBuffer content, int low, int high, boolean wide) {
        long value = content.getInt(low) & UNSIGNED_INT;
        return wide ? value | (long) content.getInt(high) << Integer.SIZE : value;
    }

    private static void requireRegular(Path file, FileHead.Kind kind) {
        switch (kind) {
            case REGULAR -> {
                // It may hold a filesystem.
            }
            case DIRECTORY ->
                throw new Refusal(
                        RefusalCode.BAD_INPUT, file + " is a directory; an image is a file with an ext4 filesystem.");
            case OTHER ->
                throw new Refusal(
                        RefusalCode.BAD_INPUT,
                        file + " is not a regular file but a device, pipe or socket;"
                                + " an image is a file with an ext4 filesystem.");
        }
    }

    private static Refusal notExt4(Path file, String why) {
        return new Refusal(RefusalCode.BAD_INPUT, file + " is not an ext4 filesystem that can be used: " + why + ".");
    }
}
