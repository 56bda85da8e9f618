package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While no daemon runs, the host boots again, or a VMM's pid is given to somebody else: nothing stale is believed or killed. */
class RebootTest extends DaemonTest {
    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";
    private static final String LAST_PID = "/proc/sys/kernel/ns_last_pid";
    private static final int MOST_TRIES = 200;

    private long innocent;

    @BeforeEach
    void deployWeb() throws Exception {
        deploy("web");
        inGuest("web", "echo kept > /root/kept && sync");
    }

    @AfterEach
    @Override
    void leavesNothing() throws Exception {
        delete("web");
        if (innocent != 0) {
            requireUnharmed();
            host.run("kill", "-KILL", Long.toString(innocent)).succeeded();
            innocent = 0;
        }
        super.leavesNothing();
    }

    /** What tells one boot of the host from another changes. All else is left as it was, which is more than a reboot leaves. */
    private void changeBootId() throws Exception {
        Path other =
                Files.writeString(host.scratch().resolve("boot-id-" + UUID.randomUUID()), UUID.randomUUID() + "\n");
        host.run("mount", "--bind", other.toString(), BOOT_ID).succeeded();
    }

    private void killVmm(long vmm) throws Exception {
        host.run("kill", "-KILL", Long.toString(vmm)).succeeded();
        Await.until(
                Duration.ofSeconds(10),
                "the VMM is gone",
                () -> host.run("test", "-e", "/proc/" + vmm).exitCode() != 0);
    }

    /** A process that has nothing to do with us gets a pid. */
    private void giveToAnInnocent(long pid) throws Exception {
        String script = "echo $(($1 - 1)) >" + LAST_PID + "; sleep 100000 </dev/null >/dev/null 2>&1 & echo $!";
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            long given = Long.parseLong(host.run(List.of("sh", "-c", script, "sh", Long.toString(pid)), "")
                    .succeeded()
                    .text());
            if (given == pid) {
                innocent = pid;
                return;
            }
            host.run("kill", "-KILL", Long.toString(given)).succeeded();
        }
        throw new AssertionError("the pid " + pid + " was not given out again");
    }

    private void requireUnharmed() throws Exception {
        assertThat(host.run("cat", "/proc/" + innocent + "/comm").text()).isEqualTo("sleep");
    }

    @Test
    void whatRanIsStartedAgainAndAStalePidIsNobodysVmm() throws Exception {
        deploy("idle");
        cli("machine", "stop", "idle").succeeded();
        String guestBoot = inGuest("web", "cat " + BOOT_ID);
        long vmm = vmmPid("web");
        daemon.kill();
        killVmm(vmm);
        giveToAnInnocent(vmm);
        changeBootId();
        daemon = Daemon.up(host);
        assertThat(machine("web").get("status")).as("before it answers").isNotEqualTo("running");
        awaitRunning();
        assertThat(vmmPid("web")).isNotEqualTo(vmm);
        assertThat(inGuest("web", "cat " + BOOT_ID)).isNotEqualTo(guestBoot);
        assertThat(inGuest("web", "cat /root/kept")).isEqualTo("kept");
        assertThat(machine("idle")).containsEntry("status", "stopped");
        requireUnharmed();
        delete("idle");
    }

    @Test
    void aVmmOfAnEarlierBootIsNotTakenForOneOfThis() throws Exception {
        long vmm = vmmPid("web");
        daemon.kill();
        changeBootId();
        daemon = Daemon.up(host);
        awaitRunning();
        assertThat(vmmPid("web")).isNotEqualTo(vmm);
        assertThat(host.run("test", "-e", "/proc/" + vmm).exitCode()).isNotZero();
        assertThat(inGuest("web", "cat /root/kept")).isEqualTo("kept");
    }

    private void awaitRunning() throws Exception {
        Await.until(
                BOOT_LIMIT,
                "it runs again",
                () -> "running".equals(machine("web").get("status")));
    }

    @Test
    void aPidThatWasGivenToAnotherIsNeitherBelievedNorKilled() throws Exception {
        long vmm = vmmPid("web");
        daemon.kill();
        killVmm(vmm);
        giveToAnInnocent(vmm);
        daemon = Daemon.up(host);
        assertThat(machine("web").get("status")).isNotEqualTo("running");
        Await.until(
                BOOT_LIMIT,
                "its end is known",
                () -> "failed".equals(machine("web").get("status")));
        requireUnharmed();
        cli("machine", "start", "web").succeeded();
        assertThat(vmmPid("web")).isNotEqualTo(vmm);
        assertThat(inGuest("web", "cat /root/kept")).isEqualTo("kept");
        cli("machine", "stop", "web").succeeded();
        requireUnharmed();
    }
}
