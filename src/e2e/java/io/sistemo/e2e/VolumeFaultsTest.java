package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Volumes on a filesystem that is full or becomes so, and files of theirs that cannot be read or written; all without a guest. */
class VolumeFaultsTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int DISK_MIB = 256;
    private static final int CONTENT_MIB = 100;
    private static final long MIB = 1 << 20;

    private Path file = Path.of("");

    @Override
    void prepare() throws Exception {
        SmallDisk.make(host, DISK_MIB);
        host.run(
                        List.of("sh", "-c", "cat >\"$1\"", "sh", host.dataDirectory() + "/config.yml"),
                        "min_disk_free_mb: 0\n")
                .succeeded();
    }

    @Override
    void populate() throws Exception {
        file = host.scratch().resolve("content.ext4");
        Path tree = Files.createDirectory(host.scratch().resolve("tree"));
        host.run("sh", "-c", "head -c " + CONTENT_MIB + "M /dev/urandom >\"$1\"/file", "sh", tree.toString())
                .succeeded();
        host.run("mkfs.ext4", "-q", "-d", tree.toString(), file.toString(), (CONTENT_MIB + 32) + "M")
                .succeeded();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        disk().free();
        for (String name : List.of("data", "new")) {
            cli("volume", "delete", name, "-y");
        }
        assertThat(volumeFiles()).isEmpty();
        assertThat(daemon.log()).doesNotContain("internal error", "\tat ");
    }

    private SmallDisk disk() {
        return new SmallDisk(host);
    }

    private List<String> volumeFiles() throws IOException {
        try (Stream<Path> files = Files.list(host.seen(host.dataDirectory().resolve("volumes")))) {
            return files.map(found -> String.valueOf(found.getFileName())).toList();
        }
    }

    private static void refused(Result result, String... words) {
        assertThat(result.exitCode()).as(result.out()).isEqualTo(1);
        assertOneClearLine(result, words);
    }

    private void create() throws Exception {
        cli("volume", "create", "32MB", "--name", "data").succeeded();
    }

    /** The file of the volume's disk. */
    private Path raw() throws Exception {
        String name = volumeFiles().stream()
                .filter(found -> found.endsWith(".raw"))
                .findFirst()
                .orElseThrow();
        return host.dataDirectory().resolve("volumes").resolve(name);
    }

    @Test
    void aFullDiskRefusesWithTheNumbersAndLosesNothing() throws Exception {
        create();
        disk().fill();
        refused(cli("volume", "create", "16MB", "--name", "new"), "MiB are free");
        refused(cli("volume", "clone", "data", "new"), "MiB are free");
        refused(cli("volume", "resize", "data", "64MB"), "MiB are free");
        refused(cli("volume", "import", file.toString(), "--name", "new"), "MiB are free");
        assertThat(volumeFiles()).hasSize(2);
        assertThat(cli("volume", "list").succeeded().out()).containsPattern("data +32MB +detached");
        disk().free();
        cli("volume", "resize", "data", "64MB").succeeded();
        cli("volume", "clone", "data", "new").succeeded();
    }

    @Test
    void anImportThatFindsNoRoomInTheMiddleLeavesNothing() throws Exception {
        Started client = host.startCli("volume", "import", file.toString(), "--name", "new");
        Await.until(LIMIT, "a part of it has come", () -> come() > MIB);
        client.signal("STOP");
        disk().fill();
        client.signal("CONT");
        refused(client.await(LIMIT), "room");
        assertThat(volumeFiles()).isEmpty();
        disk().free();
        cli("volume", "import", file.toString(), "--name", "new").succeeded();
    }

    /** How much of a volume that is being imported has come. */
    private long come() throws IOException {
        Path volumes = host.seen(host.dataDirectory().resolve("volumes"));
        for (String name : volumeFiles()) {
            if (name.endsWith(".raw.partial")) {
                return Files.size(volumes.resolve(name));
            }
        }
        return 0;
    }

    @Test
    void anExportThatFindsNoRoomLeavesNoFile() throws Exception {
        cli("volume", "import", file.toString(), "--name", "data").succeeded();
        disk().fillBut(1);
        Path out = host.dataDirectory().resolve("out.raw");
        refused(cli("volume", "export", "data", out.toString()), "out.raw", "No space left", "Nothing was kept");
        assertThat(host.run(
                                "sh",
                                "-c",
                                "ls -A \"$1\" | grep out.raw",
                                "sh",
                                host.dataDirectory().toString())
                        .out())
                .isEmpty();
        assertThat(cli("volume", "list").succeeded().out()).containsPattern("data .* detached");
    }

    @Test
    void aDiskThatCannotBeWrittenIsKeptAndToldAndReadyOnceItCan() throws Exception {
        create();
        String disk = raw().toString();
        host.run("chmod", "000", disk).succeeded();
        cli("volume", "clone", "data", "new").succeeded();
        host.run("chattr", "+i", disk).succeeded();
        try {
            refused(cli("volume", "resize", "data", "64MB"), "data", "not permitted");
            assertThat(cli("volume", "list").succeeded().out()).containsPattern("data +32MB +detached");
            refused(cli("volume", "delete", "data", "-y"), "data", "not permitted");
            assertThat(cli("volume", "show", "data").succeeded().out()).contains("error", "tries again");
        } finally {
            host.run("chattr", "-i", disk).succeeded();
        }
        // The daemon tries again by itself too, and may have been first.
        cli("volume", "delete", "data", "-y");
        assertThat(cli("volume", "list").succeeded().out()).doesNotContain("data ");
    }

    @Test
    void aDiskThatIsNoFileIsToldAndNothingOfItIsRemoved() throws Exception {
        create();
        Path disk = raw();
        Path kept = host.dataDirectory().resolve("kept");
        host.run("mv", disk.toString(), kept.toString()).succeeded();
        host.run("mkdir", "-p", disk + "/of-somebody").succeeded();
        assertThat(cli("volume", "show", "data").succeeded().out()).contains("error", "not a regular file");
        refused(cli("volume", "clone", "data", "new"), "not a regular file");
        refused(
                cli(
                        "volume",
                        "export",
                        "data",
                        host.scratch().resolve("out.raw").toString()),
                "not a regular file");
        refused(cli("volume", "resize", "data", "64MB"), "data");
        assertThat(cli("doctor").out()).contains("the disk of the volume data cannot be looked at");
        host.run("rmdir", disk + "/of-somebody", disk.toString()).succeeded();
        host.run("mv", kept.toString(), disk.toString()).succeeded();
        cli("volume", "resize", "data", "64MB").succeeded();
        cli("volume", "clone", "data", "new").succeeded();
    }
}
