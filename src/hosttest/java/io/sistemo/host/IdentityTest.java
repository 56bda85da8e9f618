package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is not taken for another that has its pid, nor for one of another boot. */
@Tag("hosttest")
class IdentityTest {
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");
    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";
    private static final int MOST_TRIES = 200;

    @TempDir
    Path runDirectory;

    private Host host = new FakeHost();

    @BeforeEach
    void open() {
        host = PrivateHost.open(runDirectory);
    }

    private static Process sleep() throws IOException {
        return new ProcessBuilder("sleep", "1000").start();
    }

    @Test
    void aReusedPidIsAnotherProcess() throws Exception {
        Process first = sleep();
        ProcessIdentity old = host.processes().identify(first.pid()).orElseThrow();
        var exits = new ArrayBlockingQueue<ProcessExit>(2);
        host.processes().watch(old, exits::add);
        first.destroyForcibly().waitFor();
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isNotNull();
        Process second = sleepWithPidOf(old);
        try {
            ProcessIdentity young = host.processes().identify(second.pid()).orElseThrow();
            assertThat(young.pid()).isEqualTo(old.pid());
            assertThat(host.processes().alive(old)).isFalse();
            assertThat(host.processes().alive(young)).isTrue();
            host.processes().signal(old, Signal.KILL);
            host.processes().watch(old, exits::add);
            assertThat(exits.poll(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(second.isAlive()).isTrue();
            assertThat(host.processes().alive(young)).isTrue();
        } finally {
            second.destroyForcibly().waitFor();
        }
    }

    /**
     * Other threads take pids too, so it may need a few tries. A start is known to a clock tick, 10 ms: a pid that is given out
     * again within the tick looks the same, which takes a kernel that hands out all its pids in that time, or this test.
     */
    private Process sleepWithPidOf(ProcessIdentity old) throws Exception {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            java.nio.file.Files.writeString(LAST_PID, Long.toString(old.pid() - 1));
            Process process = sleep();
            if (process.pid() == old.pid()
                    && host.processes().identify(process.pid()).orElseThrow().startTicks() != old.startTicks()) {
                return process;
            }
            process.destroyForcibly().waitFor();
        }
        throw new AssertionError("the pid " + old.pid() + " was not given out again");
    }

    @Test
    void aZombieIsDead() throws Exception {
        // The shell becomes a program that never collects its child.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 1000").start();
        try {
            long child = Long.parseLong(parent.inputReader().readLine());
            Path stat = Path.of("/proc/" + child + "/stat");
            PrivateHost.await(() -> isZombie(stat));
            assertThat(host.processes().identify(child)).isEmpty();
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    private static boolean isZombie(Path stat) {
        try {
            return java.nio.file.Files.readString(stat).contains(") Z ");
        } catch (IOException e) {
            throw new AssertionError("the child was collected", e);
        }
    }

    @Test
    void whatRanBeforeAnotherBootIsDead() throws Exception {
        Programs programs = new LinuxPrograms();
        Process process = sleep();
        ProcessIdentity identity = host.processes().identify(process.pid()).orElseThrow();
        Path other = runDirectory.resolve("boot_id");
        java.nio.file.Files.writeString(other, "00000000-0000-0000-0000-000000000000\n");
        programs.require(ProgramCall.of("mount", "--bind", other.toString(), BOOT_ID));
        try {
            assertThat(host.bootId()).isNotEqualTo(identity.bootId());
            assertThat(host.processes().alive(identity)).isFalse();
            host.processes().signal(identity, Signal.KILL);
        } finally {
            programs.require(ProgramCall.of("umount", BOOT_ID));
        }
        assertThat(host.processes().alive(identity)).isTrue();
        process.destroyForcibly().waitFor();
    }
}
