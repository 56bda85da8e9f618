package io.sistemo.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.FakeHost;
import io.sistemo.host.HostException;
import io.sistemo.vmm.DiskTransfers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Firecracker counts is summed up, whatever of it is still there, and nothing in it is believed. */
class CountedMetricsTest {
    private static final Path METRICS = Path.of("/machine/metrics");

    private final FakeHost host = new FakeHost();

    CountedMetricsTest() {
        host.files().makeDirectories(Path.of("/machine"));
    }

    private static String line(long read, long written) {
        return "{\"utc_timestamp_ms\":1,\"api_server\":{\"process_startup_time_us\":5},\"block\":{\"activate_fails\":0,"
                + "\"read_bytes\":" + read + ",\"write_bytes\":" + written + ",\"read_count\":1,\"write_count\":2,"
                + "\"read_agg\":{\"min_us\":1,\"max_us\":2,\"sum_us\":3}},\"block_root\":{\"read_bytes\":999},"
                + "\"uart\":{\"read_count\":7}}\n";
    }

    private void write(String text) {
        host.files().writeAtomically(METRICS, text.getBytes(StandardCharsets.UTF_8), 0600, 7);
    }

    private DiskTransfers disks() {
        return CountedMetrics.read(host, METRICS).disks();
    }

    @Test
    void linesAreSummedUpAndOneThatIsNotWholeIsLeft() {
        assertThat(disks()).isEqualTo(new DiskTransfers(0, 0, 0, 0));
        write(line(100, 200) + line(10, 20) + line(1, 2).substring(0, 40));
        assertThat(disks()).isEqualTo(new DiskTransfers(110, 220, 2, 4));
        write(line(100, 200) + line(10, 20) + line(1, 2));
        assertThat(disks()).isEqualTo(new DiskTransfers(111, 222, 3, 6));
    }

    /** The head is given back as zeros, or as a hole, after it was counted. */
    @Test
    void whatWasCountedIsRememberedWhenTheHeadIsGone() {
        StringBuilder text = new StringBuilder();
        while (text.length() < 300_000) {
            text.append(line(3, 5));
        }
        write(text.toString());
        DiskTransfers before = disks();
        CountedMetrics.remember(host, METRICS);
        write("\0".repeat(text.length()) + line(100, 200));
        assertThat(disks())
                .isEqualTo(new DiskTransfers(
                        before.readBytes() + 100,
                        before.writtenBytes() + 200,
                        before.readOperations() + 1,
                        before.writeOperations() + 2));
        // So little is not worth a sync.
        byte[] kept = host.files().read(CountedMetrics.beside(METRICS)).orElseThrow();
        CountedMetrics.remember(host, METRICS);
        assertThat(host.files().read(CountedMetrics.beside(METRICS)).orElseThrow())
                .isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "[]",
                "{}",
                "{\"block\":7}",
                "{\"block\":{\"read_bytes\":1}}",
                "{\"block\":{\"read_bytes\":-1,\"write_bytes\":0,\"read_count\":0,\"write_count\":0}}",
                "{\"block\":{\"read_bytes\":\"1\",\"write_bytes\":0,\"read_count\":0,\"write_count\":0}}",
                "{\"block\":{\"read_bytes\":1",
            })
    void whatMakesNoSenseIsSaidInOneLine(String line) {
        write(line + "\n");
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(this::disks)
                .satisfies(failure -> assertThat(failure.getMessage())
                        .startsWith("Firecracker's metrics make no sense: ")
                        .hasLineCount(1)
                        .hasSizeLessThan(300));
    }

    @Test
    void whatIsMeantToHarmAParserIsRefused() {
        for (String deep : new String[] {"[".repeat(100_000), "{\"a\":".repeat(100_000)}) {
            write(deep + "\n");
            assertThatExceptionOfType(HostException.class).isThrownBy(this::disks);
        }
        write(line(Long.MAX_VALUE, 0) + line(1, 0));
        assertThatExceptionOfType(HostException.class).isThrownBy(this::disks).withMessageContaining("too large");
        write("x".repeat(5 << 20));
        assertThatExceptionOfType(HostException.class).isThrownBy(this::disks).withMessageContaining("has no end");
        write("\n".repeat(64 << 20));
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(this::disks)
                .withMessageContaining("more metrics than it should");
    }
}
