package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that want more than their control group may have: each limit bites, and what they use is told. */
@Tag("hosttest")
class LimitsTest {
    private static final int KILLED = 128 + 9;
    private static final long MEBIBYTE = 1 << 20;
    /** Joins the groups whose files are its first arguments, then becomes what follows. */
    private static final String JOIN =
            "for file; do [ \"$file\" != -- ] || break; echo $$ >\"$file\" || exit 99; shift; done; "
                    + "shift; exec \"$@\"";

    private final Cgroups cgroups = new LinuxCgroups();
    private final String path = PrivateHost.installation() + "/machine";

    @AfterEach
    void remove() {
        cgroups.killAndRemove(path);
    }

    private Process run(CgroupLimits limits, String script) throws IOException {
        PrivateHost.requirePrivate();
        cgroups.create(path, limits);
        List<String> command = new ArrayList<>(List.of("sh", "-c", JOIN, "join"));
        cgroups.directories(path)
                .forEach(directory ->
                        command.add(directory.resolve("cgroup.procs").toString()));
        command.addAll(List.of("--", "sh", "-c", script));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private CgroupUsage usage() {
        return cgroups.usage(path).orElseThrow();
    }

    @Test
    void whoWantsMoreMemoryIsKilledInsideTheGroup() throws Exception {
        // It keeps all of a line that never ends.
        Process eater = run(new CgroupLimits(32 * MEBIBYTE, 100, 20), "exec tail -n 1 /dev/zero");
        assertThat(eater.waitFor()).isEqualTo(KILLED);
        assertThat(usage().memoryBytes()).isLessThanOrEqualTo(32 * MEBIBYTE);
    }

    @Test
    void whoForksWithoutEndIsBounded() throws Exception {
        int most = 12;
        Process bomb = run(
                new CgroupLimits(64 * MEBIBYTE, 100, most),
                "n=0; while [ $n -lt 100 ]; do sleep 1000 & n=$((n + 1)); done; sleep 1000");
        PrivateHost.await(() -> usage().processes() == most || !bomb.isAlive());
        assertThat(cgroups.members(path)).isNotEmpty().hasSizeLessThanOrEqualTo(most);
        assertThat(usage().processes()).isLessThanOrEqualTo(most);
        cgroups.kill(path);
        assertThat(cgroups.members(path)).isEmpty();
    }

    @Test
    void whoBurnsMoreThanItsQuotaIsHeldBack() throws Exception {
        long begin = System.nanoTime();
        Process burner = run(new CgroupLimits(64 * MEBIBYTE, 20, 20), "while :; do :; done");
        PrivateHost.await(() -> usage().throttledNanoseconds() > 0 && usage().cpuNanoseconds() > 100_000_000L);
        long elapsed = System.nanoTime() - begin;
        // A fifth of one processor's time, and what may be used ahead in a period of 100 ms.
        assertThat(usage().cpuNanoseconds()).isLessThan(elapsed / 5 + 100_000_000L);
        assertThat(cgroups.cpuNanoseconds(path).orElseThrow()).isPositive();
        burner.destroyForcibly();
    }

    @Test
    void ofAGroupThatIsNotThereNothingIsTold() {
        assertThat(cgroups.usage(path)).isEmpty();
        assertThat(cgroups.cpuNanoseconds(path)).isEmpty();
    }
}
