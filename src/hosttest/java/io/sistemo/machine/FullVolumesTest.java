package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.CallListener;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The filesystem under the volumes becomes full in the middle of what is done with them: before each call on the host that
 * writes to it, a real ext4 is filled, to the last block or but for a little. What fails says so and leaves nothing, what others
 * have is as it was, and the next try works.
 */
@Tag("hosttest")
class FullVolumesTest {
    private static final int DISK_MIB = 96;
    private static final int SIZE_MIB = 16;
    private static final int CONTENT_BYTES = 6 << 20;
    private static final int LITTLE_KIB = 512;
    /** Calls that need no room. */
    private static final Set<String> LOOKS =
            Set.of("disks.find", "disks.readHead", "files.read", "files.list", "disks.assignOwner");

    private static final String FILL =
            "fallocate -l $(($(df -B1 --output=avail \"$1\" | tail -n 1) - 1048576)) \"$1/filler\";"
                    + " dd if=/dev/zero bs=4096 of=\"$1/filler\" oflag=append conv=notrunc 2>/dev/null;"
                    + " truncate -s -$2K \"$1/filler\"; sync \"$1/filler\"";

    @TempDir
    Path directory;

    private final LinuxPrograms programs = new LinuxPrograms();
    private final Filler filler = new Filler();

    /** Fills the filesystem before one of the calls that come by. */
    private final class Filler implements CallListener {
        private Path volumes = Path.of("/nowhere");
        private final List<String> calls = new ArrayList<>();
        private int at = -1;
        private int leftKib;

        private synchronized void set(int newAt, int newLeftKib) {
            calls.clear();
            at = newAt;
            leftKib = newLeftKib;
        }

        private synchronized List<String> calls() {
            return List.copyOf(calls);
        }

        @Override
        public synchronized void before(String call) {
            if (call.contains(volumes.toString()) && !LOOKS.contains(call.split(" ", 2)[0])) {
                calls.add(call);
                if (calls.size() - 1 == at) {
                    programs.require(
                            ProgramCall.of("sh", "-c", FILL, "sh", volumes.toString(), Integer.toString(leftKib)));
                }
            }
        }

        @Override
        public void after(String call) {}
    }

    /** What is done with volumes that takes room. */
    private enum Work {
        CREATE("new"),
        CLONE("new"),
        IMPORT("new"),
        RESIZE("old");

        private final String subject;

        Work(String subject) {
            this.subject = subject;
        }
    }

    @Test
    void whatFindsNoRoomLeavesNothing() throws Exception {
        Path disk = directory.resolve("disk");
        programs.require(ProgramCall.of(
                "mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "-J", "size=4", disk.toString(), DISK_MIB + "M"));
        Path content = content();
        try (StorageHost host = new StorageHost(filler)) {
            Path volumes = host.directory().volumes();
            programs.require(ProgramCall.of("mount", "-o", "loop", disk.toString(), volumes.toString()));
            try {
                Files.delete(volumes.resolve("lost+found"));
                filler.volumes = volumes;
                for (Work work : Work.values()) {
                    atEveryCall(host, work, content);
                }
            } finally {
                programs.require(ProgramCall.of("umount", volumes.toString()));
            }
        }
    }

    /** An ext4 with something in it. */
    private Path content() throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        byte[] bytes = new byte[CONTENT_BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(tree.resolve("file"), bytes);
        Path content = directory.resolve("content");
        programs.require(ProgramCall.of("mkfs.ext4", "-q", "-d", tree.toString(), content.toString(), SIZE_MIB + "M"));
        return content;
    }

    private void atEveryCall(StorageHost host, Work work, Path content) throws Exception {
        prepare(host, content);
        filler.set(-1, 0);
        assertThat(ended(host, work, content).state()).isEqualTo(OperationState.SUCCEEDED);
        List<String> calls = filler.calls();
        cleanUp(host);
        int failures = 0;
        for (int leftKib : new int[] {0, LITTLE_KIB}) {
            for (int at = 0; at < calls.size(); at++) {
                prepare(host, content);
                filler.set(at, leftKib);
                Operation operation = ended(host, work, content);
                filler.set(-1, 0);
                String where = work + " with " + leftKib + " KiB before " + calls.get(at) + ": " + operation.error();
                check(host, work, operation, where);
                Files.deleteIfExists(filler.volumes.resolve("filler"));
                if (operation.state() == OperationState.FAILED) {
                    failures++;
                    assertThat(ended(host, work, content).state()).as(where).isEqualTo(OperationState.SUCCEEDED);
                }
                cleanUp(host);
            }
        }
        System.out.println("full disk: " + work + " at " + 2 * calls.size() + " points, failed at " + failures);
        assertThat(failures).as("%s", work).isPositive();
    }

    private void prepare(StorageHost host, Path content) throws Exception {
        assertThat(host.end(receive(host, "old", content)).state()).isEqualTo(OperationState.SUCCEEDED);
    }

    private static void cleanUp(StorageHost host) throws Exception {
        for (VolumeDetails volume : host.volumes().list()) {
            host.end(host.volumes().delete(volume.volume().name()));
        }
    }

    private static OperationId receive(StorageHost host, String name, Path content) throws IOException {
        return host.volumes()
                .receive(new VolumeUpload(
                        name, Volume.Role.DATA, Files.size(content), Optional.empty(), Files.newInputStream(content)));
    }

    private static Operation ended(StorageHost host, Work work, Path content) throws Exception {
        return host.end(
                switch (work) {
                    case CREATE -> host.volumes().create(Optional.of("new"), SIZE_MIB);
                    case CLONE -> host.volumes().copy("old", "new");
                    case IMPORT -> receive(host, "new", content);
                    case RESIZE -> host.volumes().resize("old", 2 * SIZE_MIB);
                });
    }

    private void check(StorageHost host, Work work, Operation operation, String where) throws IOException {
        boolean done = operation.state() == OperationState.SUCCEEDED;
        if (!done) {
            assertThat(operation.code()).as(where).contains(RefusalCode.DISK_FULL);
            assertThat(operation.error().orElseThrow()).as(where).containsAnyOf("room", "No space left");
        }
        List<VolumeDetails> volumes = host.volumes().list();
        assertThat(volumes.stream().map(volume -> volume.volume().name()))
                .as(where)
                .containsExactlyInAnyOrderElementsOf(
                        done && work.subject.equals("new") ? List.of("old", "new") : List.of("old"));
        for (VolumeDetails volume : volumes) {
            assertThat(volume.status()).as(where).isEqualTo(VolumeDetails.Status.ONLINE);
            assertThat(Files.size(volume.file()))
                    .as(where)
                    .isEqualTo(volume.volume().sizeBytes());
        }
        try (Stream<Path> files = Files.list(filler.volumes)) {
            assertThat(files.filter(file -> !file.endsWith("filler"))).as(where).hasSize(2 * volumes.size());
        }
        assertThat(holds(host.volumes().require("old").file())).as(where).isTrue();
    }

    /** Whether the file that was written into it is there, wherever. */
    private boolean holds(Path disk) {
        String shown = programs.require(ProgramCall.of(
                        "sh",
                        "-c",
                        "debugfs -R 'cat /file' \"$1\" 2>/dev/null | cmp - \"$2\" && echo same",
                        "sh",
                        disk.toString(),
                        directory.resolve("tree/file").toString()))
                .output();
        return shown.contains("same");
    }
}
