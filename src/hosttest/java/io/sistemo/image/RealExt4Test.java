package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.LinuxDisks;
import io.sistemo.host.LinuxFiles;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What mkfs.ext4 really writes is what we read, and survives the import byte for byte. */
@Tag("hosttest")
class RealExt4Test {
    private static final LinuxPrograms PROGRAMS = new LinuxPrograms();

    @TempDir
    Path directory;

    @Test
    void importsAFilesystemThatMkfsMade() throws IOException {
        UUID id = UUID.randomUUID();
        Path content = Files.createDirectory(directory.resolve("content"));
        Files.writeString(content.resolve("hello"), "from the image");
        Path source = directory.resolve("tiny.ext4");
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        PROGRAMS.require(ProgramCall.of(
                "mkfs.ext4",
                "-q",
                "-F",
                "-b",
                "4096",
                "-U",
                id.toString(),
                "-d",
                content.toString(),
                source.toString()));
        ImageFiles images =
                new ImageFiles(new LinuxDisks(), new LinuxFiles(), Files.createDirectory(directory.resolve("images")));

        ImageFile image = images.importFile(source, "op-1", step -> {}, () -> false, digest -> {});

        assertThat(image.superblock().uuid()).isEqualTo(id);
        assertThat(image.superblock().blockBytes()).isEqualTo(4096);
        assertThat(image.superblock().sizeBytes()).isEqualTo(32 << 20);
        assertThat(image.superblock().freeBlocks()).isEqualTo(freeBlocks(source));
        assertThat(Files.mismatch(source, image.path())).isEqualTo(-1);
        // Ours, just made: the one case in which a tool may look at a filesystem on the host.
        assertThat(PROGRAMS.require(ProgramCall.of("e2fsck", "-fn", image.path().toString()))
                        .exitCode())
                .isZero();
    }

    private static long freeBlocks(Path file) {
        return PROGRAMS.require(ProgramCall.of("dumpe2fs", "-h", file.toString()))
                .output()
                .lines()
                .filter(line -> line.startsWith("Free blocks:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }
}
