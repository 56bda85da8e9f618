package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks on real filesystems: with and without reflinks, across two of them, and on a full one. */
@Tag("hosttest")
class CloneTest {
    private static final int MIB = 1 << 20;
    private static final long DISK_BYTES = 512L * MIB;

    @TempDir
    Path directory;

    private final Programs programs = new LinuxPrograms();
    private final Disks disks = new LinuxDisks();
    private Path image = Path.of("/nowhere");
    private Path mountPoint = Path.of("/nowhere");

    @BeforeEach
    void makeImage() throws IOException {
        PrivateHost.requirePrivate();
        image = directory.resolve("image");
        mountPoint = java.nio.file.Files.createDirectory(directory.resolve("mounted"));
        writeImage(image);
    }

    /** Data, a hole, data, and a hole at the end. */
    private static void writeImage(Path image) throws IOException {
        byte[] data = new byte[20 * MIB];
        new Random(42).nextBytes(data);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.write(data);
            file.seek(200L * MIB);
            file.write(data);
            file.setLength(256L * MIB);
        }
    }

    @AfterEach
    void unmount() {
        programs.run(ProgramCall.of("umount", mountPoint.toString()));
    }

    private void mountTmpfs(String size) {
        programs.require(ProgramCall.of("mount", "-t", "tmpfs", "-o", "size=" + size, "none", mountPoint.toString()));
    }

    private void requireSameContent(Path disk) throws IOException {
        assertThat(disks.find(disk).orElseThrow().sizeBytes()).isEqualTo(DISK_BYTES);
        String head = "cmp --bytes=" + 256L * MIB + " " + image + " " + disk;
        assertThat(programs.run(ProgramCall.of("sh", "-c", head)).exitCode()).isZero();
    }

    @Test
    void aCopyKeepsTheHoles() throws IOException {
        Path disk = directory.resolve("disk");
        long start = System.nanoTime();
        disks.cloneImage(image, disk, DISK_BYTES);
        System.out.println("clone of 40 MiB in a 256 MiB image, copied: " + (System.nanoTime() - start) / 1000 + " µs");
        requireSameContent(disk);
        assertThat(disks.find(disk).orElseThrow().allocatedBytes()).isBetween(39L * MIB, 42L * MIB);
    }

    @Test
    void aCopyGoesToAnotherFilesystem() throws IOException {
        mountTmpfs("100m");
        Path disk = mountPoint.resolve("disk");
        disks.cloneImage(image, disk, DISK_BYTES);
        requireSameContent(disk);
        assertThat(disks.find(disk).orElseThrow().allocatedBytes()).isBetween(39L * MIB, 42L * MIB);
    }

    @Test
    void aFullFilesystemLeavesNothing() throws IOException {
        mountTmpfs("30m");
        Path disk = mountPoint.resolve("disk");
        assertThatThrownBy(() -> disks.cloneImage(image, disk, DISK_BYTES)).isInstanceOf(DiskFullException.class);
        try (Stream<Path> left = java.nio.file.Files.list(mountPoint)) {
            assertThat(left).isEmpty();
        }
        assertThatThrownBy(
                        () -> new LinuxFiles().writeAtomically(mountPoint.resolve("file"), new byte[40 * MIB], 0600, 0))
                .isInstanceOf(DiskFullException.class);
        try (Stream<Path> left = java.nio.file.Files.list(mountPoint)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void anInterruptedCopyLeavesNothing() throws IOException {
        Path disk = directory.resolve("disk");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> disks.cloneImage(image, disk, DISK_BYTES)).hasMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
        }
        try (Stream<Path> left = java.nio.file.Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(image, mountPoint);
        }
    }

    @Test
    void whatACrashLeftIsReplacedByTheNextCloneAndFoundByDelete() throws IOException {
        Path disk = directory.resolve("disk");
        java.nio.file.Files.writeString(PartialFile.of(disk), "half");
        disks.cloneImage(image, disk, DISK_BYTES);
        requireSameContent(disk);
        assertThat(PartialFile.of(disk)).doesNotExist();
        java.nio.file.Files.writeString(PartialFile.of(disk), "half");
        disks.delete(disk);
        assertThat(PartialFile.of(disk)).doesNotExist();
    }

    @Test
    void blocksAreSharedWhereTheFilesystemCan() throws IOException {
        Path filesystem = directory.resolve("xfs");
        try (RandomAccessFile file = new RandomAccessFile(filesystem.toFile(), "rw")) {
            file.setLength(400L * MIB);
        }
        programs.require(ProgramCall.of("mkfs.xfs", "-q", "-m", "reflink=1", filesystem.toString()));
        programs.require(ProgramCall.of("mount", "-o", "loop", filesystem.toString(), mountPoint.toString()));
        image = mountPoint.resolve("image");
        writeImage(image);
        disks.cloneImage(image, mountPoint.resolve("warm-up"), DISK_BYTES);
        long before = java.nio.file.Files.getFileStore(mountPoint).getUsableSpace();
        Path disk = mountPoint.resolve("disk");
        long start = System.nanoTime();
        disks.cloneImage(image, disk, DISK_BYTES);
        System.out.println("clone of a 256 MiB image, shared: " + (System.nanoTime() - start) / 1000 + " µs");
        requireSameContent(disk);
        assertThat(before - java.nio.file.Files.getFileStore(mountPoint).getUsableSpace())
                .isLessThan(MIB);
    }
}
