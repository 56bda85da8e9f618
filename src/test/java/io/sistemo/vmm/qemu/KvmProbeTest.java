package io.sistemo.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of a device without booting anything. */
class KvmProbeTest {
    @TempDir
    Path directory;

    @Test
    void saysThatThereIsNoDevice() {
        assertThat(KvmProbe.look(directory.resolve("kvm"))).contains(KvmFinding.MISSING);
    }

    @Test
    void saysThatTheDeviceDoesNotOpen() {
        // A directory cannot be opened for writing, by root neither.
        assertThat(KvmProbe.look(directory)).contains(KvmFinding.NOT_PERMITTED);
    }

    @Test
    void leavesADeviceThatOpensToTheBoot() {
        assertThat(KvmProbe.look(Path.of("/dev/null"))).isEmpty();
    }
}
