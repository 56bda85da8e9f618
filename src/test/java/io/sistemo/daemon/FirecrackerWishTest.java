package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Refusal;
import io.sistemo.vmm.qemu.KvmFinding;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When an installation is to have Firecracker. */
class FirecrackerWishTest {
    private static final String DIGITS = "AB".repeat(32);

    @Test
    void isOfNoUseWithoutKvmOrWhereQemuIsWanted() {
        assertThat(wish("auto", Optional.of(KvmFinding.MISSING))).isInstanceOf(FirecrackerWish.None.class);
        assertThat(wish("qemu", Optional.empty())).isInstanceOf(FirecrackerWish.None.class);
    }

    @Test
    void isTriedWhereThereIsAKvm() {
        assertThat(wish("auto", Optional.empty())).isInstanceOf(FirecrackerWish.IfPossible.class);
    }

    @Test
    void isRequiredWhenItWasAskedFor() {
        assertThat(wish("firecracker", Optional.of(KvmFinding.MISSING)))
                .isEqualTo(new FirecrackerWish.Required(Optional.empty(), Optional.empty()));
        assertThat(FirecrackerWish.of(
                        Optional.of("https://example.org/f.tgz"), Optional.of(DIGITS), "qemu", Optional.empty()))
                .isEqualTo(new FirecrackerWish.Required(
                        Optional.of("https://example.org/f.tgz"), Optional.of("ab".repeat(32))));
    }

    @Test
    void refusesAChecksumThatIsNoneOrOfNothing() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(
                        () -> FirecrackerWish.of(Optional.of("/f.tgz"), Optional.of("12"), "auto", Optional.empty()))
                .withMessageContaining("64 hexadecimal digits");
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> FirecrackerWish.of(Optional.empty(), Optional.of(DIGITS), "auto", Optional.empty()))
                .withMessageContaining("give both");
    }

    private static FirecrackerWish wish(String hypervisor, Optional<KvmFinding> kvm) {
        return FirecrackerWish.of(Optional.empty(), Optional.empty(), hypervisor, kvm);
    }
}
