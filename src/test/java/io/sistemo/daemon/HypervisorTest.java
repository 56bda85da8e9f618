package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.vmm.qemu.KvmFinding;
import org.junit.jupiter.api.Test;

/** What is remembered of a probe. */
class HypervisorTest {
    @Test
    void remembersWhatWasFoundInThisBoot() {
        assertThat(Hypervisor.parse("boot-1 BOOTS_NOTHING\n", "boot-1")).contains(KvmFinding.BOOTS_NOTHING);
    }

    @Test
    void probesAgainAfterAReboot() {
        assertThat(Hypervisor.parse("boot-1 BOOTS_GUESTS\n", "boot-2")).isEmpty();
    }

    @Test
    void probesAgainWhenItCannotBeRead() {
        assertThat(Hypervisor.parse("boot-1 TCG\n", "boot-1")).isEmpty();
        assertThat(Hypervisor.parse("", "boot-1")).isEmpty();
    }
}
