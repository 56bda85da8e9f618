package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.FileHead;
import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDetails;
import io.sistemo.volume.VolumeDetails.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes, with and without machines. */
class VolumesTest extends VolumeScenes {
    @Test
    void aNewVolumeIsWholeAndFreeUntilItIsDeleted() {
        create("data");
        VolumeDetails data = volume("data");
        assertThat(data.status()).isEqualTo(Status.ONLINE);
        assertThat(data.volume().filesystemUuid()).isEqualTo(data.volume().id().toString());
        assertThat(world.readDisk(data.file())).contains("ext4 " + data.volume().id() + " data");
        assertThat(volume(data.volume().id().toString().substring(0, 9)).volume())
                .isEqualTo(data.volume());
        world.restart().settle();
        assertThat(volume("data").status()).isEqualTo(Status.ONLINE);
        done(() -> world.volumes().delete("data"));
        refused(RefusalCode.NOT_FOUND, "no volume 'data'", () -> volume("data"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, BAD_INPUT, range",
        "-1, BAD_INPUT, range",
        "15, BAD_INPUT, range",
        "8193, BAD_INPUT, range",
        "5000000000, BAD_INPUT, range"
    })
    void aSizeIsWithinItsRange(long sizeMib, RefusalCode code, String words) {
        refused(code, words, () -> world.volumes().create(Optional.empty(), sizeMib));
        create("data");
        refused(code, words, () -> world.volumes().resize("data", sizeMib));
    }

    @ParameterizedTest
    @CsvSource({"''", "a/b", "../x", "-x", "a..b", "ä", "'a b'"})
    void aNameIsPlain(String name) {
        refused(RefusalCode.BAD_INPUT, "not allowed", () -> world.volumes().create(Optional.of(name), 64));
    }

    @Test
    void aNameIsGivenOnce() {
        create("data");
        refused(RefusalCode.NAME_TAKEN, "'data'", () -> world.volumes().create(Optional.of("data"), 64));
        world.deploy("m");
        refused(RefusalCode.NAME_TAKEN, "'m-root'", () -> world.volumes().create(Optional.of("m-root"), 64));
        done(() -> world.volumes().create(Optional.empty(), 64));
        assertThat(world.volumes().list()).hasSize(3);
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheNumbers() {
        world.host.setFreeBytes(100L << 20);
        refused(RefusalCode.DISK_FULL, "100 MiB are free", () -> world.volumes().create(Optional.of("data"), 85));
        done(() -> world.volumes().create(Optional.of("data"), 84));
        world.host.setFreeBytes(100L << 20);
        refused(
                RefusalCode.DISK_FULL,
                "16 MiB of that must stay",
                () -> world.volumes().resize("data", 169));
        done(() -> world.volumes().resize("data", 168));
    }

    @Test
    void aVolumeGrowsAndNeverShrinks() {
        create("data");
        done(() -> world.volumes().resize("data", 128));
        assertThat(volume("data").volume().sizeMib()).isEqualTo(128);
        assertThat(world.host.disks().find(volume("data").file()).orElseThrow().sizeBytes())
                .isEqualTo(128L << 20);
        done(() -> world.volumes().resize("data", 128));
        refused(RefusalCode.BAD_INPUT, "only grows", () -> world.volumes().resize("data", 127));
        world.restart().settle();
        assertThat(volume("data").volume().sizeMib()).isEqualTo(128);
    }

    @Test
    void aVolumeThatCouldNotGrowIsReadyAtOnce() {
        create("data");
        world.daemon().points().set((_, point) -> {
            if (point.startsWith("before disks.extend") || point.startsWith("before files.read")) {
                throw new HostException("the disk does not answer");
            }
        });
        Operation failed = ended(() -> world.volumes().resize("data", 128));
        assertThat(failed.state()).isEqualTo(OperationState.FAILED);
        assertThat(failed.error().orElseThrow()).contains("data", "the disk does not answer");
        assertThat(volume("data").status()).isEqualTo(Status.ONLINE);
        assertThat(volume("data").volume().sizeMib()).isEqualTo(64);
        world.daemon().points().set(CrashPoints.Fault.NONE);
        done(() -> world.volumes().copy("data", "copy"));
        done(() -> world.volumes().resize("data", 128));
        assertThat(world.host.disks().find(volume("data").file()).orElseThrow().sizeBytes())
                .isEqualTo(128L << 20);
    }

    @Test
    void aMachineThatLostItsVolumeIsDeletedAlone() {
        create("data");
        world.deployStopped("m");
        done(() -> world.machines().attach("m", "data"));
        done(() -> world.machines().detach("m", "data"));
        refused(
                RefusalCode.WRONG_STATE,
                "not attached to m",
                () -> world.machines().detach("m", "data"));
        done(() -> world.machines().delete("m", false));
        assertThat(world.volumes().list())
                .extracting(details -> details.volume().name())
                .containsExactly("data");
        assertThat(volume("data").status()).isEqualTo(Status.ONLINE);
        done(() -> world.volumes().delete("data"));
    }

    @Test
    void aRunningMachineKeepsItsVolumesAsTheyAre() {
        create("data");
        world.deploy("m");
        refused(
                RefusalCode.WRONG_STATE,
                "machine stop m",
                () -> world.machines().attach("m", "data"));
        refused(RefusalCode.WRONG_STATE, "machine stop m", () -> world.volumes().resize("m-root", 4096));
        refused(RefusalCode.IN_USE, "machine delete m", () -> world.volumes().delete("m-root"));
        done(() -> world.machines().stop("m"));
        done(() -> world.machines().attach("m", "data"));
        done(() -> world.machines().start("m"));
        refused(
                RefusalCode.WRONG_STATE,
                "machine stop m",
                () -> world.machines().detach("m", "data"));
        refused(RefusalCode.WRONG_STATE, "machine stop m", () -> world.volumes().resize("data", 4096));
        refused(
                RefusalCode.IN_USE,
                "volume detach m data",
                () -> world.volumes().delete("data"));
        assertThat(volume("data").status()).isEqualTo(Status.ATTACHED);
        assertThat(volume("data").machineName()).contains("m");
    }

    @Test
    void aMachineThatGetsAVolumeHasLostNothing() {
        create("data");
        world.deployStopped("m");
        Logger log = Logger.getLogger(MachineDriver.class.getName());
        List<String> warnings = new CopyOnWriteArrayList<>();
        Handler heard = new Handler() {
            @Override
            public void publish(LogRecord told) {
                warnings.add(told.getMessage());
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        log.setLevel(Level.ALL);
        log.addHandler(heard);
        try {
            done(() -> world.machines().attach("m", "data"));
            done(() -> world.machines().detach("m", "data"));
        } finally {
            log.removeHandler(heard);
            log.setLevel(null);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aVolumeIsAtOneMachineAndMovesWithItsContent() {
        create("data");
        world.deployStopped("one");
        world.deployStopped("two");
        done(() -> world.machines().attach("one", "data"));
        world.host.files().writeAtomically(volume("data").file(), new byte[] {7}, 0600, 0);
        world.host.disks().extend(volume("data").file(), 64L << 20);
        refused(RefusalCode.IN_USE, "attached to one", () -> world.machines().attach("two", "data"));
        refused(RefusalCode.IN_USE, "attached to one", () -> world.machines().attach("one", "data"));
        refused(
                RefusalCode.WRONG_STATE,
                "not attached to two",
                () -> world.machines().detach("two", "data"));
        refused(
                RefusalCode.WRONG_STATE,
                "preserve-storage",
                () -> world.machines().detach("one", "one-root"));
        done(() -> world.machines().detach("one", "data"));
        done(() -> world.machines().attach("two", "data"));
        done(() -> world.machines().start("two"));
        assertThat(world.readDisk(volume("data").file()).orElseThrow()).startsWith("\u0007");
        done(() -> world.machines().delete("two", false));
        assertThat(volume("data").status()).isEqualTo(Status.ONLINE);
    }

    @Test
    void oneOfManyGetsAVolumeThatAllWant() throws InterruptedException {
        create("data");
        world.deployStopped("one");
        world.deployStopped("two");
        ConcurrentLinkedQueue<String> got = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new java.util.ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String machine = i % 2 == 0 ? "one" : "two";
            clients.add(Thread.ofVirtual().start(() -> {
                try {
                    world.machines().attach(machine, "data");
                    got.add(machine);
                } catch (Refusal e) {
                    assertThat(e.code()).isEqualTo(RefusalCode.IN_USE);
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        // Its machine writes down what it has.
        world.daemon().settle();
        assertThat(got).hasSize(1);
        assertThat(volume("data").machineName()).contains(got.element());
    }

    @Test
    void aMachineHasPlacesForSoManyAndNoMore() {
        world.deployStopped("m");
        for (int i = 1; i <= 4; i++) {
            create("data" + i);
        }
        for (int i = 1; i <= 3; i++) {
            String name = "data" + i;
            done(() -> world.machines().attach("m", name));
        }
        refused(RefusalCode.IMPOSSIBLE, "3 data volumes", () -> world.machines().attach("m", "data4"));
        done(() -> world.machines().detach("m", "data2"));
        done(() -> world.machines().attach("m", "data4"));
        assertThat(world.machines().require("m").volumes())
                .extracting(MachineDetails.VolumeDetails::name)
                .containsExactly("m-root", "data1", "data4", "data3");
        done(() -> world.machines().start("m"));
    }

    @Test
    void aPreservedRootBootsAnotherMachine() {
        world.deploy("m");
        Path disk = world.disk("m");
        world.writeToDisk("m", "kept");
        done(() -> world.machines().delete("m", true));
        assertThat(volume("m-root").status()).isEqualTo(Status.ONLINE);
        refused(
                RefusalCode.BAD_INPUT,
                "volume resize",
                () -> world.machines()
                        .deploy(new DeploySpec(
                                Optional.of("other"),
                                new DeploySpec.Boot.OfVolume("m-root"),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                OptionalInt.of(99),
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                Optional.empty(),
                                Map.of())));
        done(() -> world.machines().deploy(spec("other", new DeploySpec.Boot.OfVolume("m-root"))));
        assertThat(world.machines().require("other").image()).isEmpty();
        assertThat(world.disk("other")).isEqualTo(disk);
        assertThat(world.readDisk(disk)).contains("kept");
        refused(
                RefusalCode.IN_USE,
                "boots from it",
                () -> world.machines().deploy(spec("third", new DeploySpec.Boot.OfVolume("m-root"))));
        done(() -> world.machines().delete("other", false));
        assertThat(world.volumes().list()).isEmpty();
    }

    @Test
    void aDeployThatFailsLosesNoVolume() {
        create("data");
        world.deploy("m");
        world.writeToDisk("m", "kept");
        Path disk = world.disk("m");
        done(() -> world.machines().delete("m", true));
        world.host.disks().delete(world.directory.kernel());
        Operation failed =
                ended(() -> world.machines().deploy(spec("other", new DeploySpec.Boot.OfVolume("m-root"), "data")));
        assertThat(failed.state()).isEqualTo(OperationState.FAILED);
        assertThat(world.machines().list()).isEmpty();
        assertThat(volume("m-root").status()).isEqualTo(Status.ONLINE);
        assertThat(volume("data").status()).isEqualTo(Status.ONLINE);
        assertThat(world.readDisk(disk)).contains("kept");
    }

    @Test
    void aRootIsNoTwinOfItsImageNorOfAnotherRoot() {
        world.pull(MachineWorld.OTHER_FILE);
        List.of("web", "a-name-that-is-long")
                .forEach(name -> done(() -> world.machines().deploy(spec(name, new DeploySpec.Boot.OfImage("other")))));
        Volume root = volume("web-root").volume();
        Volume other = volume("a-name-that-is-long-root").volume();
        assertThat(root.filesystemUuid()).isEqualTo(root.id().toString());
        assertThat(identity(root)).isEqualTo(root.id() + " web-root");
        assertThat(identity(other)).isEqualTo(other.id() + " a-name-that-is-l");
        assertThat(world.readDisk(volume("web-root").file()).orElseThrow()).contains("the word is one");
    }

    /** The id and the label in a superblock. */
    private String identity(Volume volume) {
        FileHead head =
                world.host.disks().readHead(volume(volume.name()).file(), 2048).orElseThrow();
        byte[] label = new byte[16];
        head.content().get(1024 + 0x78, label);
        return new UUID(head.content().getLong(1024 + 0x68), head.content().getLong(1024 + 0x70)) + " "
                + new String(label, StandardCharsets.US_ASCII).replace("\0", "");
    }

    @Test
    void aDataVolumeDoesNotBoot() {
        create("data");
        refused(
                RefusalCode.IMPOSSIBLE,
                "no system",
                () -> world.machines().deploy(spec("m", new DeploySpec.Boot.OfVolume("data"))));
        refused(
                RefusalCode.NOT_FOUND,
                "'no'",
                () -> world.machines().deploy(spec("m", new DeploySpec.Boot.OfVolume("no"))));
        assertThat(world.machines().list()).isEmpty();
    }

    @Test
    void aRootIsDataElsewhereAndBootsAgain() {
        world.deploy("m");
        done(() -> world.machines().delete("m", true));
        done(() -> world.machines().deploy(spec("rescue", new DeploySpec.Boot.OfImage(MachineWorld.IMAGE), "m-root")));
        assertThat(world.machines().require("rescue").volumes())
                .extracting(MachineDetails.VolumeDetails::name)
                .containsExactly("rescue-root", "m-root");
        done(() -> world.machines().delete("rescue", false));
        assertThat(world.volumes().list()).hasSize(1);
        done(() -> world.machines().deploy(spec("m", new DeploySpec.Boot.OfVolume("m-root"))));
    }
}
