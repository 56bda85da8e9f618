package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What only the fake can do: die in the middle, boot again, run out of room. */
class FakeHostTest {
    private static final Path IMAGE = Path.of("/image");
    private static final Path DISK = Path.of("/disk");

    private final FakeHost host = new FakeHost();
    private final List<String> heard = new ArrayList<>();

    /** Stops the program at one event. */
    private final class StopAt implements CallListener {
        private final String event;

        StopAt(String event) {
            this.event = event;
        }

        private void hear(String heardNow) {
            heard.add(heardNow);
            if (heardNow.startsWith(event)) {
                throw new Stopped();
            }
        }

        @Override
        public void before(String call) {
            hear("before " + call);
        }

        @Override
        public void after(String call) {
            hear("after " + call);
        }

        @Override
        public void step(String call, int done) {
            hear("step " + done);
        }
    }

    private static final class Stopped extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void aProgramThatStopsBeforeACallDidNothingAndAfterItAll() {
        Map<String, String> empty = host.contents();
        assertThatThrownBy(() -> host.seenBy(new StopAt("before")).namespaces().add("sv-1"))
                .isInstanceOf(Stopped.class);
        assertThat(host.contents()).isEqualTo(empty);
        assertThatThrownBy(() -> host.seenBy(new StopAt("after")).namespaces().add("sv-1"))
                .isInstanceOf(Stopped.class);
        assertThat(host.namespaces().exists("sv-1")).isTrue();
        assertThat(heard)
                .containsExactly(
                        "before namespaces.add sv-1",
                        "before namespaces.add sv-1",
                        "step 1",
                        "after namespaces.add sv-1");
    }

    @Test
    void aCloneThatStopsLeavesWhatOnlyDeleteFinds() {
        Map<String, String> empty = host.contents();
        host.files().writeAtomically(IMAGE, new byte[10], 0600, 0);
        assertThatThrownBy(() -> host.seenBy(new StopAt("step")).disks().cloneImage(IMAGE, DISK, 4096))
                .isInstanceOf(Stopped.class);
        assertThat(host.disks().find(DISK)).isEmpty();
        assertThat(host.contents()).containsKey("file /.disk.partial");
        host.disks().delete(DISK);
        host.files().delete(IMAGE);
        assertThat(host.contents()).isEqualTo(empty);
    }

    @Test
    void aBatchStopsInTheMiddle() {
        List<LinkCommand> bridge =
                List.of(new LinkCommand.AddBridge("sistemo0", "sistemo:a"), new LinkCommand.SetUp("sistemo0"));
        Host program = host.seenBy(new StopAt("step"));
        assertThatThrownBy(() -> program.links().apply(Optional.empty(), bridge))
                .isInstanceOf(Stopped.class);
        assertThat(host.links().find(Optional.empty(), "sistemo0").orElseThrow().up())
                .isFalse();
    }

    @Test
    void afterABootOnlyFilesAreLeftAndPidsStartOver() {
        for (Path file : List.of(IMAGE, DISK)) {
            host.files().writeAtomically(file, new byte[10], 0600, 0);
        }
        ProcessIdentity before = launch();
        host.reboot();
        assertThat(host.processes().alive(before)).isFalse();
        assertThat(host.namespaces().list()).isEmpty();
        assertThat(host.cgroups().exists("sistemo/a/m")).isFalse();
        assertThat(host.disks().find(DISK)).isPresent();
        ProcessIdentity after = launch();
        assertThat(after.pid()).isEqualTo(before.pid());
        assertThat(host.processes().alive(before)).isFalse();
        assertThat(host.processes().alive(after)).isTrue();
    }

    private ProcessIdentity launch() {
        host.namespaces().add("sv-1");
        host.cgroups().create("sistemo/a/m", new CgroupLimits(1, 1, 1));
        return host.processes()
                .launch(new LaunchSpec(
                        host.cgroups().directories("sistemo/a/m"),
                        "sv-1",
                        1,
                        List.of(),
                        Confinement.LAUNCHER,
                        DISK,
                        List.of(),
                        IMAGE,
                        IMAGE,
                        Path.of("/console"),
                        Path.of("/log"),
                        List.of("vmm")));
    }

    @Test
    void aFullDiskIsRefusedAndLeavesNothing() {
        host.files().writeAtomically(IMAGE, new byte[1000], 0600, 0);
        host.setFreeBytes(500);
        assertThatThrownBy(() -> host.disks().cloneImage(IMAGE, DISK, 4096)).isInstanceOf(DiskFullException.class);
        assertThatThrownBy(() -> host.files().writeAtomically(DISK, new byte[501], 0600, 0))
                .isInstanceOf(DiskFullException.class);
        host.setFreeBytes(1000);
        host.disks().cloneImage(IMAGE, DISK, 4096);
        assertThat(host.freeBytes(DISK)).isZero();
        host.disks().delete(DISK);
        assertThat(host.freeBytes(IMAGE)).isEqualTo(1000);
    }
}
