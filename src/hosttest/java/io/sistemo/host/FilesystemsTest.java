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
                "4000000",
                file.toString(),
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
        assertThat(java.nio.file.Files.size(file)).isEqualTo(4_000_000);
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path target = directory.resolve("target");
        java.nio.file.Files.write(target, "content".getBytes(StandardCharsets.UTF_8));
        Path link = java.nio.file.Files.createSymbolicLink(directory.resolve("link"), target);
        ProgramResult result = programs.run(ProgramCall.of(
                "/bin/sh", runDirectory.resolve("confine").toString(), "54321", "1", link.toString(), "true"));
        assertThat(result.exitCode()).isEqualTo(78);
        assertThat(result.errors()).contains("is not a regular file");
    }
}
