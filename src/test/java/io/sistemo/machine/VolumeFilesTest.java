package io.sistemo.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.cli.Cli;
import io.sistemo.cli.CliRuns;
import io.sistemo.host.PartialFile;
import io.sistemo.image.FakeExt4;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDetails;
import io.sistemo.volume.VolumeDetails.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes to files and back: the command line {@link Cli}, over HTTP, with the real server in front of a world. */
class VolumeFilesTest extends VolumeScenes {
    private static final int BLOCK_BYTES = 4096;

    private final HttpDoor door = new HttpDoor(world);

    @TempDir
    Path directory;

    @AfterEach
    void closeDoor() {
        door.close();
    }

    private CliRuns.Run run(String... words) {
        CliRuns.Run run = CliRuns.run(door.url(), directory, words);
        world.daemon().settle();
        return run;
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private Operation newest(OperationKind kind) {
        return world.daemon().newest(kind.action()).orElseThrow();
    }

    /** No volume of the name, and no file that is nobody's. */
    private void assertNothingLeft(String name) {
        assertThat(world.volumes().list())
                .extracting(details -> details.volume().name())
                .doesNotContain(name);
        assertThat(world.host.files().list(world.directory.volumes()))
                .hasSize(2 * world.volumes().list().size());
    }

    @Test
    void aVolumeBecomesAFileWithHoles() throws Exception {
        create("data");
        CliRuns.Run run = run("volume", "export", "data", "data.raw");
        Path file = directory.resolve("data.raw");
        assertThat(run.out()).isEqualTo("data exported to " + file + "\nsha256 " + sha256(file) + "\n");
        assertThat(run.exitCode()).isZero();
        assertThat(Files.size(file)).isEqualTo(64L << 20);
        assertThat(Files.readString(file, UTF_8))
                .startsWith("ext4 " + volume("data").volume().id() + " data");
        assertThat((Integer) Files.getAttribute(file, "unix:mode") & 0777).isEqualTo(0600);
        assertThat(onlyFiles()).containsExactly("data.raw");
        assertThat(newest(OperationKind.VOLUME_EXPORT).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(volume("data").status()).isEqualTo(Status.ONLINE);
        String again = run("volume", "export", "data", "data.raw").err();
        assertThat(again).contains("exists already: choose another name");
        assertThat(run("-o", "json", "volume", "export", "data", "other.raw").out())
                .contains("\"name\": \"data\"", "\"sha256\": \"" + sha256(file) + "\"");
    }

    private List<String> onlyFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(found -> String.valueOf(found.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFileBecomesAVolumeOfItsOwn() throws Exception {
        Path file = file("backup.raw", FakeExt4.bytes("sent"));
        CliRuns.Run run = run("volume", "import", "backup.raw", "--name", "data", "--sha256", sha256(file));
        assertThat(run.err()).doesNotContain("sistemo:");
        assertThat(run.out()).isEqualTo("data imported\nsha256 " + sha256(file) + "\n");
        VolumeDetails data = volume("data");
        assertThat(data.volume().sizeMib()).isEqualTo(16);
        assertThat(data.volume().role()).isEqualTo(Volume.Role.DATA);
        assertThat(data.status()).isEqualTo(Status.ONLINE);
        assertThat(data.volume().filesystemUuid()).isEqualTo(data.volume().id().toString());
        assertThat(world.readDisk(data.file())).contains("ext4 " + data.volume().id() + " data");
        assertThat(world.host.disks().find(data.file()).orElseThrow().sizeBytes())
                .isEqualTo(16L << 20);
        assertThat(run("volume", "import", "backup.raw", "--role", "root").exitCode())
                .isZero();
        assertThat(volume("backup").volume().role()).isEqualTo(Volume.Role.ROOT);
        done(() -> world.machines().deploy(spec("m", new DeploySpec.Boot.OfVolume("backup"), "data")));
    }

    /** What is wrong, and what is said of it. */
    @ParameterizedTest
    @CsvSource({
        "qcow2, no ext4 file system",
        "short, no ext4 file system",
        "empty, no ext4 file system",
        "cut, a part of it is missing",
        "sum, which is not the one that was given"
    })
    void aFileThatIsNoVolumeLeavesNothing(String wrong, String words) throws Exception {
        byte[] content = FakeExt4.bytes("sent");
        switch (wrong) {
            case "qcow2" -> {
                content = new byte[BLOCK_BYTES];
                content[0] = 'Q';
                content[1] = 'F';
                content[2] = 'I';
                content[3] = (byte) 0xfb;
            }
            case "short" -> content = "text".getBytes(UTF_8);
            case "empty" -> content = new byte[0];
            // It says that it has 2^16 blocks and more.
            case "cut" -> content[1024 + 6] = 1;
            default -> assertThat(wrong).isEqualTo("sum");
        }
        file("f.raw", content);
        CliRuns.Run run = wrong.equals("sum")
                ? run("volume", "import", "f.raw", "--sha256", "0".repeat(64))
                : run("volume", "import", "f.raw");
        assertThat(run.err()).contains("The file for the volume f was not taken", words);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(newest(OperationKind.VOLUME_IMPORT).state()).isEqualTo(OperationState.FAILED);
        assertNothingLeft("f");
        file("f.raw", FakeExt4.bytes("sent"));
        assertThat(run("volume", "import", "f.raw").exitCode()).isZero();
    }

    /** None of it is sent then: the answer to the head is the refusal. */
    @Test
    void whatCannotBeIsRefusedBeforeItIsSent() throws Exception {
        create("data");
        file("f.raw", FakeExt4.bytes("sent"));
        assertThat(run("volume", "import", "f.raw", "--name", "data").err()).contains("'data' already");
        assertThat(run("volume", "import", "f.raw", "--name", "a..b").err()).contains("not allowed");
        assertThat(run("volume", "import", "f.raw", "--sha256", "abc").err()).contains("64 hexadecimal digits");
        Path huge = directory.resolve("huge.raw");
        try (RandomAccessFile open = new RandomAccessFile(huge.toFile(), "rw")) {
            open.setLength(8193L << 20);
            assertThat(run("volume", "import", "huge.raw").err()).contains("8193 MiB", "16 to 8192");
            open.setLength(1L << 30);
            world.host.setFreeBytes(100L << 20);
            assertThat(run("volume", "import", "huge.raw").err())
                    .contains("1024 MiB does not fit: 100 MiB are free", "16 MiB of that must stay");
        }
        assertThat(run("volume", "import", "none.raw").err()).contains("There is no file none.raw");
        assertThat(run("volume", "import", ".").err()).contains("not a regular file");
        assertThat(run("volume", "export", "none", "none.raw").err()).contains("no volume 'none'");
        assertThat(run("volume", "export", "data", "no/where.raw").err()).contains("There is no directory");
        assertThat(world.daemon().newest(OperationKind.VOLUME_IMPORT.action())).isEmpty();
        assertThat(world.daemon().newest(OperationKind.VOLUME_EXPORT.action())).isEmpty();
        assertThat(onlyFiles()).containsExactly("f.raw", "huge.raw");
        assertThat(world.volumes().list()).hasSize(1);
    }

    @Test
    void aVolumeThatIsUsedIsNotExported() {
        create("data");
        world.deployStopped("m");
        done(() -> world.machines().attach("m", "data"));
        assertThat(run("volume", "export", "data", "stopped.raw").exitCode()).isZero();
        done(() -> world.machines().start("m"));
        CliRuns.Run refused = run("volume", "export", "data", "running.raw");
        assertThat(refused.err()).contains("m is running", "'sistemo machine stop m' stops it");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(directory.resolve("running.raw")).doesNotExist();
    }

    @Test
    void anImportThatIsCutLeavesNothing() throws Exception {
        try (Socket socket = door.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head(
                    "POST /api/v1/volumes/data/import",
                    "Content-Type: application/octet-stream",
                    "Content-Length: 4096"));
            out.write(FakeExt4.bytes("sent"), 0, 3000);
            out.flush();
            world.daemon()
                    .await(() -> world.volumes().list().stream()
                            .anyMatch(details -> details.volume().name().equals("data")));
            assertThat(volume("data").status()).isEqualTo(Status.MAINTENANCE);
        }
        world.daemon().settle();
        Operation cut = newest(OperationKind.VOLUME_IMPORT);
        assertThat(cut.state()).isEqualTo(OperationState.CANCELLED);
        assertThat(cut.error().orElseThrow()).contains("cut off");
        assertNothingLeft("data");
    }

    @Test
    void anImportThatNobodyWantsAnyMoreLeavesNothing() throws Exception {
        try (Socket socket = door.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head(
                    "POST /api/v1/volumes/data/import",
                    "Content-Type: application/octet-stream",
                    "Content-Length: 4096"));
            out.flush();
            world.daemon()
                    .await(() -> world.daemon()
                            .newest(OperationKind.VOLUME_IMPORT.action())
                            .isPresent());
            door.cancel(newest(OperationKind.VOLUME_IMPORT).id());
            world.daemon().settle();
            // Its connection was what the import waited for.
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        assertThat(newest(OperationKind.VOLUME_IMPORT).state()).isEqualTo(OperationState.CANCELLED);
        assertNothingLeft("data");
    }

    @Test
    void anExportThatNobodyTakesEnds() throws Exception {
        create("data");
        try (Socket socket = door.connect()) {
            socket.getOutputStream().write(head("POST /api/v1/volumes/data/export", "Content-Length: 0"));
            assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
                    .isEqualTo("HTTP/1.1 200");
            refused(
                    RefusalCode.WRONG_STATE,
                    "being exported",
                    () -> world.volumes().delete("data"));
        }
        world.daemon().settle();
        assertThat(newest(OperationKind.VOLUME_EXPORT).state()).isEqualTo(OperationState.CANCELLED);
        done(() -> world.volumes().delete("data"));
    }

    private byte[] head(String request, String... headers) {
        return (request + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                .getBytes(UTF_8);
    }

    /** Hears one request and answers with some text, after which the connection ends. */
    private static void answer(ServerSocket server, String text) {
        try (Socket client = server.accept()) {
            StringBuilder heard = new StringBuilder();
            while (heard.indexOf("\r\n\r\n") < 0) {
                heard.append((char) client.getInputStream().read());
            }
            client.getOutputStream().write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A daemon that dies in the middle of its answer; that before said what there is. */
    @Test
    void anExportThatIsCutLeavesNoFile() throws Exception {
        create("data");
        String record = CliRuns.run(door.url(), directory, "volume", "show", "data", "-o", "json")
                .out();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread daemon = Thread.ofVirtual().start(() -> {
                answer(
                        server,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                                + record.getBytes(UTF_8).length + "\r\n\r\n" + record);
                answer(server, "HTTP/1.1 200 OK\r\nContent-Length: 8192\r\n\r\nthe beginning");
            });
            CliRuns.Run run = CliRuns.run(
                    "http://127.0.0.1:" + server.getLocalPort(), directory, "volume", "export", "data", "data.raw");
            daemon.join();
            assertThat(run.err()).contains("cut off in the middle, and nothing was kept");
            assertThat(run.exitCode()).isEqualTo(1);
        }
        assertThat(onlyFiles()).isEmpty();
    }

    @Test
    void aDaemonThatStopsTakesBackWhatWasHalfSent() throws Exception {
        create("kept");
        try (Socket socket = door.connect()) {
            socket.getOutputStream()
                    .write(head(
                            "POST /api/v1/volumes/data/import",
                            "Content-Type: application/octet-stream",
                            "Content-Length: 4096"));
            world.daemon()
                    .await(() -> world.daemon()
                            .newest(OperationKind.VOLUME_IMPORT.action())
                            .isPresent());
            Path partial = PartialFile.of(volume("data").file());
            world.daemon().await(() -> world.host.disks().find(partial).isPresent());
            world.restart().settle();
        }
        assertThat(newest(OperationKind.VOLUME_IMPORT).error().orElseThrow())
                .contains("The daemon stopped while the volume data was being imported", "taken back");
        assertNothingLeft("data");
    }
}
