package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.Operation;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.VolumeDetails;
import io.sistemo.volume.VolumeDetails.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Copies of volumes, and disks and rows that do not fit each other. */
class LostVolumesTest extends VolumeScenes {
    @Test
    void aDiskThatWasCutShortIsToldAndNeverMadeAnew() {
        world.deployStopped("m");
        create("data");
        done(() -> world.machines().attach("m", "data"));
        Path disk = volume("data").file();
        byte[] content = world.host.files().read(disk).orElseThrow();
        world.host.files().writeAtomically(disk, new byte[] {1}, 0600, 0);
        assertThat(volume("data").status()).isEqualTo(Status.ERROR);
        assertThat(volume("data").error().orElseThrow()).contains("cut short", disk.toString());
        Operation failed = ended(() -> world.machines().start("m"));
        assertThat(failed.error().orElseThrow()).contains("data", "cut short");
        assertThat(world.host.files().read(disk).orElseThrow()).hasSize(1);
        world.host.files().writeAtomically(disk, content, 0600, 0);
        world.host.disks().extend(disk, 64L << 20);
        done(() -> world.machines().start("m"));
    }

    @Test
    void aCopyIsAVolumeOfItsOwn() {
        create("data");
        done(() -> world.volumes().copy("data", "copy"));
        VolumeDetails copy = volume("copy");
        assertThat(copy.status()).isEqualTo(Status.ONLINE);
        assertThat(world.readDisk(copy.file())).contains("ext4 " + copy.volume().id() + " copy");
        refused(RefusalCode.NAME_TAKEN, "'copy'", () -> world.volumes().copy("data", "copy"));
        world.deploy("m");
        refused(RefusalCode.WRONG_STATE, "machine stop m", () -> world.volumes().copy("m-root", "root2"));
        done(() -> world.machines().stop("m"));
        done(() -> world.volumes().copy("m-root", "root2"));
        done(() -> world.machines().deploy(spec("m2", new DeploySpec.Boot.OfVolume("root2"))));
    }

    @Test
    void disksWithoutRowsAreTakenUpAndRowsWithoutDisksAreTold() {
        create("data");
        create("other");
        create("gone");
        VolumeDetails data = volume("data");
        VolumeDetails other = volume("other");
        world.daemon().forgetVolume("data");
        world.daemon().forgetVolume("other");
        world.host
                .files()
                .delete(world.directory.volumes().resolve(other.volume().id() + ".json"));
        world.host.disks().extend(data.file(), 128L << 20);
        world.host.disks().delete(volume("gone").file());
        assertThat(world.daemon().volumes().disagreements()).hasSize(3);
        create("data");
        var recovery = world.volumes().recover();
        assertThat(recovery.adopted()).hasSize(2);
        assertThat(recovery.problems()).singleElement().asString().contains("gone");
        String shortId = data.volume().id().toString().substring(0, 8);
        assertThat(volume("data-" + shortId).volume().sizeMib()).isEqualTo(128);
        assertThat(volume("data-" + shortId).status()).isEqualTo(Status.ONLINE);
        String otherId = other.volume().id().toString().substring(0, 8);
        done(() -> world.volumes().delete("recovered-" + otherId));
        done(() -> world.volumes().delete("data-" + shortId));
        done(() -> world.volumes().delete("gone"));
        assertThat(world.volumes().recover())
                .matches(nothing ->
                        nothing.adopted().isEmpty() && nothing.problems().isEmpty());
    }

    @Test
    void aSidecarWithoutADiskIsToldAndKept() {
        create("data");
        VolumeDetails data = volume("data");
        Path sidecar = world.directory.volumes().resolve(data.volume().id() + ".json");
        byte[] content = world.host.files().read(sidecar).orElseThrow();
        done(() -> world.volumes().delete("data"));
        world.host.files().writeAtomically(sidecar, content, 0600, 0);
        Path loose = world.directory.volumes().resolve("loose.raw");
        world.host.files().writeAtomically(loose, content, 0600, 0);
        assertThat(world.daemon().volumes().disagreements())
                .containsExactlyInAnyOrder(
                        "the sidecar " + data.volume().id()
                                + ".json among the volumes is in no row and has no disk; it is kept",
                        "the file loose.raw among the volumes has no volume's name; it is kept");
        assertThat(world.volumes().recover().adopted()).isEmpty();
        assertThat(world.host.files().read(sidecar)).isPresent();
        world.host.files().delete(sidecar);
        world.host.files().delete(loose);
    }

    @Test
    void aDiskThatIsDeletedMeanwhileIsNotTakenUp() {
        create("data");
        Path disk = volume("data").file();
        world.daemon().forgetVolume("data");
        world.daemon().points().set((_, point) -> {
            if (point.startsWith("before files.read")
                    && point.contains(disk.toString().replace(".raw", ".json"))) {
                world.host.disks().delete(disk);
            }
        });
        assertThat(world.volumes().recover().adopted()).isEmpty();
        world.daemon().points().set(CrashPoints.Fault.NONE);
        assertThat(world.volumes().list()).isEmpty();
        world.host
                .files()
                .delete(disk.resolveSibling(disk.getFileName().toString().replace(".raw", ".json")));
    }

    @Test
    void aDiskThatIsLargerThanKnownIsRight() {
        create("data");
        world.host.disks().extend(volume("data").file(), 128L << 20);
        assertThat(world.volumes().recover().grown()).hasSize(1);
        assertThat(volume("data").volume().sizeMib()).isEqualTo(128);
    }

    @Test
    void aMachineWhoseDataDiskIsGoneCanBeDeleted() {
        world.deployStopped("m");
        create("data");
        done(() -> world.machines().attach("m", "data"));
        world.host.disks().delete(volume("data").file());
        done(() -> world.machines().delete("m", false));
        done(() -> world.volumes().delete("data"));
    }
}
