package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDetails;
import io.sistemo.volume.VolumeUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes to files and back on the real kernel, with the real programs of ext4. */
@Tag("hosttest")
class VolumeFilesOnDisksTest {
    private static final int SIZE_MIB = 64;
    /** Between the superblock and the group descriptors' end, which a check rebuilds from nothing. */
    private static final int INODES_PER_GROUP = 1024 + 0x28;

    @TempDir
    Path directory;

    @Test
    void whatWasExportedIsImportedAndWhatIsDamagedIsNot() throws Exception {
        try (StorageHost host = new StorageHost()) {
            ended(host, host.volumes().create(Optional.of("data"), SIZE_MIB), OperationState.SUCCEEDED);
            Path file = directory.resolve("data.raw");
            try (OutputStream stream = Files.newOutputStream(file)) {
                ended(host, host.volumes().send("data", _ -> stream), OperationState.SUCCEEDED);
            }
            VolumeDetails data = host.volumes().require("data");
            assertThat(file).hasSameBinaryContentAs(data.file());
            receive(host, "copy", file, OperationState.SUCCEEDED);
            VolumeDetails copy = host.volumes().require("copy");
            assertThat(facts(copy.file()))
                    .contains("Filesystem UUID:          " + copy.volume().id(), "volume name:   copy");
            assertThat(copy.allocatedBytes().orElseThrow())
                    .as("holes are kept: the other has %s", data.allocatedBytes())
                    .isLessThan((long) SIZE_MIB << 19);
            damage(file);
            Operation refused = receive(host, "damaged", file, OperationState.FAILED);
            assertThat(refused.code()).contains(RefusalCode.IMPOSSIBLE);
            assertThat(refused.error().orElseThrow())
                    .contains("The file for the volume damaged was not taken", "damaged beyond", "e2fsck -f FILE")
                    .doesNotContain("/dev/", "inode");
            try (Stream<Path> left = Files.list(host.directory().volumes())) {
                assertThat(left).hasSize(4);
            }
            for (String name : new String[] {"data", "copy"}) {
                ended(host, host.volumes().delete(name), OperationState.SUCCEEDED);
            }
        }
    }

    @Test
    void aDiskThatWasReplacedByALinkIsNotFollowed() throws Exception {
        try (StorageHost host = new StorageHost()) {
            ended(host, host.volumes().create(Optional.of("data"), SIZE_MIB), OperationState.SUCCEEDED);
            Path disk = host.volumes().require("data").file();
            Path kept = Files.move(disk, directory.resolve("kept"));
            Path other = Files.writeString(directory.resolve("other"), "of somebody else");
            Files.createSymbolicLink(disk, other);
            VolumeDetails data = host.volumes().require("data");
            assertThat(data.status()).isEqualTo(VolumeDetails.Status.ERROR);
            assertThat(data.error().orElseThrow()).contains("cannot be looked at");
            ended(host, host.volumes().copy("data", "copy"), OperationState.FAILED);
            ended(host, host.volumes().send("data", _ -> OutputStream.nullOutputStream()), OperationState.FAILED);
            assertThat(host.volumes().disagreements())
                    .singleElement()
                    .asString()
                    .contains("data", "cannot be looked at");
            ended(host, host.volumes().resize("data", 2 * SIZE_MIB), OperationState.FAILED);
            assertThat(other).hasContent("of somebody else");
            Files.delete(disk);
            Files.move(kept, disk);
            ended(host, host.volumes().resize("data", 2 * SIZE_MIB), OperationState.SUCCEEDED);
            ended(host, host.volumes().delete("data"), OperationState.SUCCEEDED);
        }
    }

    /** What no check makes sense of. */
    private static void damage(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(INODES_PER_GROUP);
            open.writeInt(0);
        }
    }

    private static Operation receive(StorageHost host, String name, Path file, OperationState state) throws Exception {
        try (InputStream stream = Files.newInputStream(file)) {
            VolumeUpload upload = new VolumeUpload(name, Volume.Role.DATA, Files.size(file), Optional.empty(), stream);
            return ended(host, host.volumes().receive(upload), state);
        }
    }

    private static Operation ended(StorageHost host, OperationId id, OperationState state) throws Exception {
        Operation operation = host.end(id);
        assertThat(operation.state()).as("%s", operation.error()).isEqualTo(state);
        return operation;
    }

    private static String facts(Path disk) {
        return new LinuxPrograms()
                .run(ProgramCall.of("dumpe2fs", "-h", disk.toString()))
                .output();
    }
}
