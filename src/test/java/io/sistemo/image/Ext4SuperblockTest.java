package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.LinuxDisks;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What counts as an ext4 filesystem, and that nothing else gets through or does harm. */
class Ext4SuperblockTest {
    private static final Path ANY = Path.of("/x.ext4");
    private static final long FILE_BYTES = 4096 * 100;

    @TempDir
    Path directory;

    @Test
    void readsAFilesystem() throws IOException {
        Path file = FakeExt4.write(directory.resolve("a.ext4"), 100, "end");

        assertThat(Ext4Superblock.read(new LinuxDisks(), file))
                .isEqualTo(new Ext4Superblock(4096, 100, 50, FakeExt4.ID));
        assertThat(Ext4Superblock.read(new LinuxDisks(), file).sizeBytes()).isEqualTo(409_600);
        assertThat(Ext4Superblock.read(new LinuxDisks(), file).usedBytes()).isEqualTo(204_800);
    }

    @Test
    void countsBlocksBeyond32Bits() {
        long blocks = 1L << 33;
        ByteBuffer content = FakeExt4.superblock(blocks, blocks - 7);

        assertThat(Ext4Superblock.parse(ANY, content, Long.MAX_VALUE))
                .isEqualTo(new Ext4Superblock(4096, blocks, blocks - 7, FakeExt4.ID));
    }

    @Test
    void ignoresTheHighHalfWhereItIsNotUsed() {
        ByteBuffer content = FakeExt4.superblock(100, 50).putInt(0x60, 0x40).putInt(0x150, 9);

        assertThat(Ext4Superblock.parse(ANY, content, FILE_BYTES).blocks()).isEqualTo(100);
    }

    @Test
    void refusesWhatCannotBeUsed() {
        assertRefused(content -> content.putShort(0x38, (short) 0), "lacks the mark");
        assertRefused(content -> content.putInt(0x60, 0x2), "ext2 or ext3");
        assertRefused(content -> content.putInt(0x4C, 0), "ext2 or ext3");
        assertRefused(content -> content.putInt(0x60, 0x48), "journal without a filesystem");
        assertRefused(content -> content.putInt(0x18, 4), "larger than the 4096 bytes");
        assertRefused(content -> content.putInt(0x18, -1), "larger than the 4096 bytes");
        assertRefused(content -> content.putInt(0x4, 101), "a part of it is missing");
        assertRefused(content -> content.putInt(0x4, 0), "a part of it is missing");
        assertRefused(content -> content.putInt(0x150, -1), "a part of it is missing");
        assertRefused(content -> content.putInt(0xC, 101), "more free blocks");
        assertRefused(content -> content.putLong(0x68, 0).putLong(0x70, 0), "no UUID");
    }

    @Test
    void refusesFilesThatAreNone() throws IOException {
        Path small = Files.write(directory.resolve("small"), new byte[2047]);
        Path empty = Files.createFile(directory.resolve("empty"));
        Path device = Files.createSymbolicLink(directory.resolve("device"), Path.of("/dev/zero"));

        assertRefused(small, RefusalCode.BAD_INPUT, "too short");
        assertRefused(empty, RefusalCode.BAD_INPUT, "too short");
        assertRefused(directory, RefusalCode.BAD_INPUT, "is a directory");
        assertRefused(device, RefusalCode.BAD_INPUT, "not a regular file");
        assertRefused(directory.resolve("missing"), RefusalCode.NOT_FOUND, "There is no file");
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void doesNotWaitAtAPipe() {
        Path pipe = directory.resolve("pipe");
        new LinuxPrograms().require(ProgramCall.of("mkfifo", pipe.toString()));

        assertRefused(pipe, RefusalCode.BAD_INPUT, "not a regular file");
    }

    @Test
    void refusesRandomSuperblocksWithOneSentenceAndNothingElse() {
        Random random = new Random(20260101);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            ByteBuffer content = i % 2 == 0 ? noise(random) : damaged(random);
            long fileBytes = random.nextLong() >>> random.nextInt(1, 64);
            try {
                Ext4Superblock superblock = Ext4Superblock.parse(ANY, content, fileBytes);
                accepted++;
                assertThat(superblock.sizeBytes()).isBetween(1024L, fileBytes);
                assertThat(superblock.usedBytes()).isBetween(0L, superblock.sizeBytes());
            } catch (Refusal e) {
                assertThat(e.sentence()).startsWith("/x.ext4 is not an ext4").doesNotContain("\n");
            }
        }
        // The generator must reach the accepting side too, or it would test little.
        assertThat(accepted).isGreaterThan(100);
    }

    private static ByteBuffer noise(Random random) {
        byte[] bytes = new byte[random.nextInt(1100)];
        random.nextBytes(bytes);
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.length >= 0x3A && random.nextBoolean() ? content.putShort(0x38, (short) 0xEF53) : content;
    }

    private static ByteBuffer damaged(Random random) {
        ByteBuffer content = FakeExt4.superblock(random.nextLong() >>> random.nextInt(64), random.nextInt(1000));
        for (int i = random.nextInt(4); i > 0; i--) {
            content.put(random.nextInt(content.capacity()), (byte) random.nextInt());
        }
        return content;
    }

    private static void assertRefused(UnaryOperator<ByteBuffer> change, String why) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> Ext4Superblock.parse(ANY, change.apply(FakeExt4.superblock(100, 50)), FILE_BYTES))
                .withMessageContaining(why)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.BAD_INPUT));
    }

    private static void assertRefused(Path file, RefusalCode code, String why) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> Ext4Superblock.read(new LinuxDisks(), file))
                .withMessageContaining(why)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
