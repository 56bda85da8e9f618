package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the kernel and e2fsprogs agree is seen in {@code FilesystemsTest}. */
class Ext4IdentityTest {
    private static final UUID NEW = UUID.fromString("00112233-4455-4677-8899-aabbccddeeff");
    private static final byte[] NEW_BYTES = {
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x46, 0x77, -0x78, -0x67, -0x56, -0x45, -0x34, -0x23, -0x12, -0x01
    };
    private static final int METADATA_CHECKSUMS = 0x400;
    private static final int SEED = 0x2000;

    /** Random where nothing is told of it. */
    private static byte[] superblock(int compatible, int incompatible, int readOnly) {
        byte[] bytes = new byte[Ext4Identity.LENGTH];
        new Random(5).nextBytes(bytes);
        words(bytes)
                .putInt(0x4C, 1)
                .putInt(0x5C, compatible)
                .putInt(0x60, incompatible)
                .putInt(0x64, readOnly);
        bytes[0x175] = 1;
        return seal(bytes);
    }

    private static ByteBuffer words(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] seal(byte[] bytes) {
        words(bytes).putInt(0x3FC, sum(bytes, 0, 0x3FC));
        return bytes;
    }

    private static int sum(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) ~crc.getValue();
    }

    private static Optional<byte[]> rewrite(byte[] superblock) {
        return Ext4Identity.rewrite(superblock, NEW, "web-root");
    }

    @Test
    void theOldIdBecomesTheSeedOfTheChecksums() {
        byte[] before = superblock(0, 0x40, METADATA_CHECKSUMS);
        byte[] kept = before.clone();
        byte[] after = rewrite(before).orElseThrow();
        assertThat(before).as("what was given").isEqualTo(kept);
        assertThat(Arrays.copyOfRange(after, 0x68, 0x78)).isEqualTo(NEW_BYTES);
        assertThat(new String(after, 0x78, 16, StandardCharsets.US_ASCII)).isEqualTo("web-root\0\0\0\0\0\0\0\0");
        assertThat(words(after).getInt(0x60)).isEqualTo(0x40 | SEED);
        assertThat(words(after).getInt(0x270)).isEqualTo(sum(kept, 0x68, 0x78));
        assertThat(words(after).getInt(0x3FC)).isEqualTo(sum(after, 0, 0x3FC));
        // All else is as it was.
        words(after).putInt(0x60, 0x40).put(0x68, kept, 0x68, 32).put(0x270, kept, 0x270, 4);
        assertThat(seal(after)).isEqualTo(kept);
    }

    @Test
    void aSeedThatIsThereStays() {
        byte[] before = superblock(0, SEED, METADATA_CHECKSUMS);
        byte[] after = rewrite(before).orElseThrow();
        assertThat(words(after).getInt(0x270)).isEqualTo(words(before).getInt(0x270));
        assertThat(words(after).getInt(0x60)).isEqualTo(SEED);
        assertThat(words(after).getInt(0x3FC)).isEqualTo(sum(after, 0, 0x3FC));
    }

    @Test
    void whereNothingIsSummedNothingButTheIdChanges() {
        byte[] before = superblock(0x4, 0x40, 0);
        byte[] after = rewrite(before).orElseThrow();
        System.arraycopy(before, 0x68, after, 0x68, 32);
        assertThat(after).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "stable inodes, 0x800, 0x40, 0x400",
        "a journal to replay, 0, 0x44, 0x400",
        "a journal without a file system, 0, 0x8, 0x400",
        "sums of groups alone, 0, 0x40, 0x10",
        "attributes with inodes of their own and no sums, 0, 0x440, 0"
    })
    void otherProgramsMustDoTheRest(String what, String compatible, String incompatible, String readOnly) {
        assertThat(rewrite(
                        superblock(Integer.decode(compatible), Integer.decode(incompatible), Integer.decode(readOnly))))
                .as(what)
                .isEmpty();
    }

    @Test
    void whatIsNotAsItWasWrittenIsLeftAlone() {
        byte[] damaged = superblock(0, 0, METADATA_CHECKSUMS);
        damaged[0x10]++;
        assertThat(rewrite(damaged)).isEmpty();
        byte[] otherSums = superblock(0, 0, METADATA_CHECKSUMS);
        otherSums[0x175] = 2;
        assertThat(rewrite(seal(otherSums))).isEmpty();
        byte[] old = superblock(0, 0, 0);
        old[0x4C] = 0;
        assertThat(rewrite(old)).isEmpty();
        assertThat(Ext4Identity.rewrite(new byte[1023], NEW, "")).isEmpty();
    }
}
