package io.sistemo.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sistemo.host.BootId;
import io.sistemo.host.ProcessIdentity;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a claim remembers of a VMM is read as it was written. */
class RunningVmmTest {
    private static final ProcessIdentity PROCESS = new ProcessIdentity(42, 77, new BootId("boot"));

    @Test
    void whatWasWrittenIsRead() {
        DeviceLimits limits = new DeviceLimits(
                OptionalLong.of(1_000_000), OptionalLong.empty(), OptionalLong.of(500), OptionalLong.empty());
        RunningVmm limited = new RunningVmm(PROCESS, Optional.of(limits));
        assertThat(limited.detail()).isEqualTo("42 77 boot 1000000,0,500,0");
        assertThat(RunningVmm.parse(limited.detail())).isEqualTo(limited);
        RunningVmm found = new RunningVmm(PROCESS, Optional.empty());
        assertThat(found.detail()).isEqualTo("42 77 boot");
        assertThat(RunningVmm.parse(found.detail())).isEqualTo(found);
        assertThat(VmmProcess.identity(limited.detail())).isEqualTo(PROCESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 2", "1 2 b 3", "1 2 b 1,2,3", "1 2 b 1,2,3,-4", "1 2 b 1,2,3,4 5", "x 2 b"})
    void anythingElseIsRefused(String detail) {
        assertThatIllegalArgumentException().isThrownBy(() -> RunningVmm.parse(detail));
    }
}
