package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.api.MachineStats;
import io.sistemo.api.MachineStatsList;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What machines use, as people and programs are shown it. */
class StatsCommandsTest extends CliHarness {
    StatsCommandsTest() throws IOException {}

    private static MachineStats stats(String name, @Nullable Double percent) {
        return new MachineStats(
                "m-1", name, "running", "t", 2, 12_345, percent, 40, 3 << 20, 1L << 30, 5, 66, 2048L, 1L, 2L, 3L, null,
                9L, null, 1L);
    }

    @Test
    void statsAreShownForPeopleAndAsARecord() {
        server.onRecord("GET /api/v1/machines/web/stats", 200, stats("web", 12.5));
        assertThat(run("machine stats web")).isZero();
        assertThat(out())
                .containsPattern("CPU: +12.5% of 2 vCPUs\n")
                .containsPattern("CPU time: +12.3 s, held back for 0.0 s\n")
                .containsPattern("Memory: +3.0MB of 1.0GB\n")
                .containsPattern("Disk read: +2.0KB, 2 requests\n")
                .containsPattern("Received: +-, - packets\n");
        out.reset();
        assertThat(run("machine stats web -o json")).isZero();
        assertThat(out().replace(" ", "")).contains("\"network_received_bytes\":null", "\"cpu_percent\":12.5");
    }

    @Test
    void topIsATableWithTheBusiestFirst() {
        server.onRecord(
                "GET /api/v1/stats",
                200,
                new MachineStatsList(List.of(stats("idle", 0.1), stats("new", null), stats("busy", 99.0))));
        assertThat(run("machine top")).isZero();
        assertThat(out().lines().map(line -> line.split(" ", 2)[0])).containsExactly("NAME", "busy", "idle", "new");
    }
}
