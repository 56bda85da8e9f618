package io.sistemo.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.host.HostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirecrackerVersionTest {
    @ParameterizedTest
    @CsvSource({
        "'Firecracker v1.16.1\n', 1.16.1",
        "'Firecracker v1.15.1\n\n2026-01-01T00:00:00 [main] exit\n', 1.15.1",
        "'Jailer v2.0.0\n', 2.0.0",
        "'Firecracker v1.17.0-dev\n', 1.17.0",
    })
    void whatIsPrintedIsRead(String printed, String version) {
        assertThat(FirecrackerVersion.ofPrinted("x", printed)).hasToString(version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n", "QEMU emulator version 7.2", "Firecracker v1.16", "Firecracker vx.y.z", "Firecracker"})
    void whatIsNoVersionIsRefusedInOneLine(String printed) {
        assertThatThrownBy(() -> FirecrackerVersion.ofPrinted("/opt/firecracker", printed))
                .isInstanceOf(HostException.class)
                .hasMessageStartingWith("/opt/firecracker ")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.15.0", "1.14.9", "0.99.99"})
    void oldOnesAreRefused(String version) {
        assertThatThrownBy(() -> FirecrackerVersion.parse("jailer", version).requireSupported("jailer"))
                .hasMessage(
                        "jailer is version " + version + ", which has known security holes: install 1.15.1 or later");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.15.1", "1.16.0", "2.0.0", "1.15.10"})
    void newerOnesAreTaken(String version) {
        assertThatCode(() -> FirecrackerVersion.parse("jailer", version).requireSupported("jailer"))
                .doesNotThrowAnyException();
    }

    @Test
    void onlyWhatIsPrintableIsRepeated() {
        assertThatThrownBy(() -> FirecrackerVersion.ofPrinted("x", "\u001b[31mred\nlines"))
                .hasMessage("x is not what it should be: asked for its version it printed [31mred lines");
    }
}
