package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems as e2fsprogs make them, and what those programs may do meanwhile. */
@Tag("hosttest")
class FilesystemsTest {
    private static final long MIB = 1 << 20;
    private static final UUID ID = UUID.fromString("0a1b2c3d-0000-4000-8000-00000000000f");

    @TempDir
    Path directory;

    @TempDir
    Path runDirectory;

    private final Programs programs = new LinuxPrograms();
    private Host host = new FakeHost();

    @BeforeEach
    void prepare() {
        host = PrivateHost.open(runDirectory);
    }

    private String output(String... command) {
        return programs.require(ProgramCall.of(command)).output();
    }

    @Test
    void theIdAndTheLabelAreThoseAskedFor() throws Exception {
        Path disk = directory.resolve("disk");
        host.filesystems().make(disk, 10L << 30, ID, "sixteen-letters-");
        assertThat(output("blkid", "-p", disk.toString()))
                .contains("UUID=\"" + ID + "\"", "LABEL=\"sixteen-letters-\"", "TYPE=\"ext4\"");
        assertThat(output("e2fsck", "-f", "-n", disk.toString())).contains("sixteen-letters-");
        assertThat(output("stat", "-c", "%u:%g %a %s", disk.toString()).strip()).isEqualTo("0:0 600 " + (10L << 30));
        assertThat(host.disks().find(disk).orElseThrow().allocatedBytes()).isLessThan(300 * MIB);
    }

    @Test
    void aCopyGetsAnIdOfItsOwnAndKeepsItsContent() throws Exception {
        Path tree = java.nio.file.Files.createDirectory(directory.resolve("tree"));
        java.nio.file.Files.writeString(tree.resolve("file"), "content");
        Path disk = directory.resolve("disk");
        // As other programs make them: without the feature that makes another id cheap.
        output("mkfs.ext4", "-q", "-O", "^metadata_csum_seed", "-d", tree.toString(), disk.toString(), "64M");
        assertThat(host.filesystems().identify(disk, ID, "copy")).isTrue();
        assertThat(output("blkid", "-p", disk.toString())).contains("UUID=\"" + ID + "\"", "LABEL=\"copy\"");
        output("e2fsck", "-f", "-n", disk.toString());
        assertThat(output("debugfs", "-R", "cat /file", disk.toString()).strip())
                .isEqualTo("content");
        assertThat(output("stat", "-c", "%u:%g %a", disk.toString()).strip()).isEqualTo("0:0 600");
    }

    /** As images come: with all features of today, with checksums of each older kind, and with none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "metadata_csum",
                "metadata_csum,metadata_csum_seed",
                "metadata_csum,ea_inode",
                "metadata_csum,orphan_file",
                "metadata_csum,^64bit,^has_journal",
                "^metadata_csum",
                "^metadata_csum,uninit_bg"
            })
    void aDiskOfAnImageIsWholeAndHasAnIdOfItsOwn(String features) throws Exception {
        Path tree = java.nio.file.Files.createDirectory(directory.resolve("tree"));
        for (int i = 0; i < 100; i++) {
            java.nio.file.Files.writeString(tree.resolve("file" + i), "content");
        }
        Path image = directory.resolve("image");
        output("mkfs.ext4", "-q", "-O", features, "-L", "image", "-d", tree.toString(), image.toString(), "64M");
        output("chmod", "0400", image.toString());
        String before = output("sha256sum", image.toString());
        Path disk = directory.resolve("disk");
        host.filesystems().makeFrom(image, disk, 80 * MIB, ID, "web-root");
        assertThat(output("blkid", "-p", disk.toString())).contains("UUID=\"" + ID + "\"", "LABEL=\"web-root\"");
        output("e2fsck", "-f", "-n", disk.toString());
        assertThat(output("debugfs", "-R", "cat /file99", disk.toString()).strip())
                .isEqualTo("content");
        assertThat(output("stat", "-c", "%u:%g %a %s", disk.toString()).strip()).isEqualTo("0:0 600 " + 80 * MIB);
        assertThat(output("sha256sum", image.toString())).isEqualTo(before);
        // The kernel reads it, and writes it with the seed that it found; its check then finds all sums right.
        Path mounted = java.nio.file.Files.createDirectory(directory.resolve("mounted"));
        output("mount", "-o", "loop", disk.toString(), mounted.toString());
        try {
            assertThat(mounted.resolve("file0")).hasContent("content");
            java.nio.file.Files.writeString(mounted.resolve("written"), "later");
        } finally {
            output("umount", mounted.toString());
        }
        output("e2fsck", "-f", "-n", disk.toString());
        assertThat(output("blkid", "-p", disk.toString())).contains("UUID=\"" + ID + "\"");
    }

    /** What is replayed later would bring the old id back. */
    @Test
    void aJournalIsReplayedBeforeADiskGetsItsId() throws Exception {
        Path image = directory.resolve("image");
        output("mkfs.ext4", "-q", image.toString(), "64M");
        Path commands = java.nio.file.Files.writeString(directory.resolve("commands"), "jo\njw -b 333 /dev/zero\njc\n");
        output("debugfs", "-w", "-f", commands.toString(), image.toString());
        assertThat(output("dumpe2fs", "-h", image.toString())).contains("needs_recovery");
        Path disk = directory.resolve("disk");
        host.filesystems().makeFrom(image, disk, 64 * MIB, ID, "web-root");
        assertThat(output("dumpe2fs", "-h", disk.toString()))
                .contains(ID.toString())
                .doesNotContain("needs_recovery");
        output("e2fsck", "-f", "-n", disk.toString());
    }

    @Test
    void anOriginalThatIsBeyondRepairIsRefusedAndLeavesNothing() throws Exception {
        Path image = directory.resolve("image");
        Path disk = directory.resolve("disk");
        host.filesystems().make(image, 64 * MIB, ID, "label");
        output("dd", "if=/dev/urandom", "of=" + image, "bs=4096", "seek=1", "count=4000", "conv=notrunc");
        output("dd", "if=/dev/urandom", "of=" + image, "bs=1", "seek=1100", "count=400", "conv=notrunc");
        assertThatThrownBy(() -> host.filesystems().makeFrom(image, disk, 64 * MIB, ID, "web-root"))
                .isInstanceOf(DamagedFilesystemException.class);
        assertThat(disk).doesNotExist();
        assertThat(PartialFile.of(disk)).doesNotExist();
    }

    @Test
    void aFileSystemThatIsBeyondRepairIsRefusedAndQuotesNothing() throws Exception {
        Path disk = directory.resolve("disk");
        host.filesystems().make(disk, 64 * MIB, ID, "label");
        output("dd", "if=/dev/urandom", "of=" + disk, "bs=4096", "seek=1", "count=4000", "conv=notrunc");
        output("dd", "if=/dev/urandom", "of=" + disk, "bs=1", "seek=1100", "count=400", "conv=notrunc");
        assertThatThrownBy(() -> host.filesystems().identify(disk, ID, "copy"))
                .isInstanceOf(DamagedFilesystemException.class)
                .hasMessage("its file system is damaged beyond what a check mends by itself");
    }

    @Test
    void aDiskWithoutRoomLeavesNothing() {
        String small = directory.resolve("small").toString();
        output("mkdir", small);
        output("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small);
        try {
            Path disk = Path.of(small, "disk");
            assertThatThrownBy(() -> host.filesystems().make(disk, 4L << 30, ID, "label"))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessage("no room is left for the file system");
            assertThat(Path.of(small)).isEmptyDirectory();
        } finally {
            output("umount", small);
        }
    }

    /** The program is a shell here, which tells what it is. */
    @Test
    void theProgramIsAloneWithItsFile() throws Exception {
        Path file = directory.resolve("file");
        java.nio.file.Files.writeString(file, "content");
        host.disks().assignOwner(file, 54321, 0600);
        String script = "cat /proc/self/fd/3; echo; grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs)' /proc/self/status;"
                + " tail -n +3 /proc/net/dev; ulimit -v; ls " + directory + " 2>&1; readlink /proc/self/cwd;"
                + " head -c 5000000 /dev/zero >/proc/self/fd/3; echo wrote $?";
        ProgramResult result = programs.run(ProgramCall.of(List.of(
                "/bin/sh",
                runDirectory.resolve("confine").toString(),
                "54321",
                "4000256",
                file.toString(),
                "foreign",
                "/bin/sh",
                "-c",
                script)));
        assertThat(result.output())
                .startsWith("content\n")
                .containsPattern("Uid:\\s+54321\\s+54321\\s+54321\\s+54321")
                .containsPattern("CapEff:\\s+0000000000000000")
                .containsPattern("CapBnd:\\s+0000000000000000")
                .containsPattern("NoNewPrivs:\\s+1")
                .containsPattern("lo:\\s+0 ")
                .contains("\n1048576\n", "Permission denied", "\n/\n")
                .doesNotContain("eth", "wrote 0");
        assertThat(java.nio.file.Files.size(file)).isEqualTo(4_000_256);
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path target = directory.resolve("target");
        java.nio.file.Files.write(target, "content".getBytes(StandardCharsets.UTF_8));
        Path link = java.nio.file.Files.createSymbolicLink(directory.resolve("link"), target);
        ProgramResult result = programs.run(ProgramCall.of(
                "/bin/sh",
                runDirectory.resolve("confine").toString(),
                "54321",
                "1",
                link.toString(),
                "foreign",
                "true"));
        assertThat(result.exitCode()).isEqualTo(78);
        assertThat(result.errors()).contains("is not a regular file");
    }
}
