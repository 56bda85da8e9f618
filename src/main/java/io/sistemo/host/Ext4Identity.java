package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The id and the label in an ext4 superblock, {@code struct ext4_super_block} of the kernel's {@code
 * Documentation/filesystems/ext4/super.rst}.
 *
 * <p>The checksums of all other metadata begin with the superblock's seed, where it has one, and with the id where it has none. So
 * a file system gets another id by this block alone when what the old id came to is written down as the seed, which Linux reads
 * since 4.4. The copies of the superblock keep the old id and no seed, and so fit those checksums too.
 */
final class Ext4Identity {
    /** Where the superblock lies. */
    static final int OFFSET = 1024;

    /** How long it is. */
    static final int LENGTH = 1024;

    private static final int REVISION = 0x4C;
    private static final int COMPATIBLE_FEATURES = 0x5C;
    private static final int INCOMPATIBLE_FEATURES = 0x60;
    private static final int READ_ONLY_FEATURES = 0x64;
    private static final int ID = 0x68;
    private static final int ID_BYTES = 16;
    private static final int LABEL = 0x78;
    private static final int CHECKSUM_TYPE = 0x175;
    private static final int CHECKSUM_SEED = 0x270;
    private static final int CHECKSUM = 0x3FC;

    private static final int REVISION_WITH_FEATURES = 1;
    private static final int CRC32C_TYPE = 1;
    /** Contents are encrypted by what the id says. */
    private static final int COMPATIBLE_STABLE_INODES = 0x800;
    /** The journal must be replayed, and may hold this block with the old id in it. */
    private static final int INCOMPATIBLE_RECOVER = 0x4;

    private static final int INCOMPATIBLE_JOURNAL_DEVICE = 0x8;
    /** Attributes with inodes of their own bear checksums even where nothing else does. */
    private static final int INCOMPATIBLE_ATTRIBUTE_INODES = 0x400;

    private static final int INCOMPATIBLE_CHECKSUM_SEED = 0x2000;
    /** The older checksums, of groups alone, which know of no seed. */
    private static final int READ_ONLY_GROUP_CHECKSUMS = 0x10;

    private static final int READ_ONLY_METADATA_CHECKSUMS = 0x400;

    private Ext4Identity() {}

    /**
     * Puts in another id and another label; all else of the file system stays as it is.
     *
     * @param superblock of a file system that is not in use
     * @param label at most {@link Filesystems#LONGEST_LABEL_BYTES} bytes of ASCII
     * @return the new superblock; empty when the superblock alone is not enough, or is not as it was written
     */
    static Optional<byte[]> rewrite(byte[] superblock, UUID uuid, String label) {
        if (superblock.length != LENGTH) {
            return Optional.empty();
        }
        ByteBuffer content = ByteBuffer.wrap(superblock.clone()).order(ByteOrder.LITTLE_ENDIAN);
        boolean summed = has(content, READ_ONLY_FEATURES, READ_ONLY_METADATA_CHECKSUMS);
        if (!isEnough(content, summed)) {
            return Optional.empty();
        }
        if (summed && !has(content, INCOMPATIBLE_FEATURES, INCOMPATIBLE_CHECKSUM_SEED)) {
            content.putInt(CHECKSUM_SEED, checksum(content, ID, ID_BYTES));
            content.putInt(INCOMPATIBLE_FEATURES, content.getInt(INCOMPATIBLE_FEATURES) | INCOMPATIBLE_CHECKSUM_SEED);
        }
        // An id is bytes in the order in which they are printed, whatever the order of the numbers.
        content.slice(ID, ID_BYTES)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits());
        byte[] ascii = label.getBytes(StandardCharsets.US_ASCII);
        content.put(LABEL, Arrays.copyOf(ascii, Filesystems.LONGEST_LABEL_BYTES));
        if (summed) {
            content.putInt(CHECKSUM, checksum(content, 0, CHECKSUM));
        }
        return Optional.of(content.array());
    }

    private static boolean isEnough(ByteBuffer content, boolean summed) {
        if (content.getInt(REVISION) < REVISION_WITH_FEATURES
                || has(content, COMPATIBLE_FEATURES, COMPATIBLE_STABLE_INODES)
                || has(content, INCOMPATIBLE_FEATURES, INCOMPATIBLE_RECOVER | INCOMPATIBLE_JOURNAL_DEVICE)) {
            return false;
        }
        if (summed) {
            return content.get(CHECKSUM_TYPE) == CRC32C_TYPE
                    && content.getInt(CHECKSUM) == checksum(content, 0, CHECKSUM);
        }
        return !has(content, READ_ONLY_FEATURES, READ_ONLY_GROUP_CHECKSUMS)
                && !has(content, INCOMPATIBLE_FEATURES, INCOMPATIBLE_ATTRIBUTE_INODES);
    }

    private static boolean has(ByteBuffer content, int word, int any) {
        return (content.getInt(word) & any) != 0;
    }

    /** CRC32C as ext4 has it: without the inversion at the end. */
    private static int checksum(ByteBuffer content, int from, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(content.slice(from, bytes));
        return (int) ~crc.getValue();
    }
}
