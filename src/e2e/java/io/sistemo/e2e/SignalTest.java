package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Signals to the daemon and to its clients: machines that run do not notice, and what was begun ends or is taken back. */
class SignalTest extends DaemonTest {
    private static final String BOOT_ID = "cat /proc/sys/kernel/random/boot_id";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int INTERRUPTED = 130;

    @Override
    void populate() throws Exception {
        deploy("web");
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
    }

    /** What Ctrl-C does on the terminal where {@code sistemo up} runs: everything of its process group gets it. */
    @Test
    void controlCOnTheDaemonsTerminalLeavesMachinesRunning() throws Exception {
        String bootId = inGuest("web", BOOT_ID);
        long vmm = vmmPid("web");
        assertThat(daemon.interruptGroup().exitCode()).isZero();
        assertThat(host.run("kill", "-0", Long.toString(vmm)).exitCode()).isZero();
        daemon = Daemon.up(host);
        assertThat(vmmPid("web")).isEqualTo(vmm);
        assertThat(inGuest("web", BOOT_ID)).isEqualTo(bootId);
    }

    /** The test above can fail: the daemon's group is signalled as a whole, and what is in it dies. */
    @Test
    void theSignalReachesWhateverIsInTheGroup() throws Exception {
        Path log = host.scratch().resolve("group.log");
        Started group = host.start(List.of("setsid", "bash", "-c", "sleep 1000 & echo $!; wait"), log);
        Await.until(
                BOOT_LIMIT,
                "its child runs",
                () -> Files.exists(log) && !Files.readString(log).isBlank());
        String child = Files.readString(log).strip();
        group.signalGroup("TERM");
        group.await(LIMIT);
        Await.until(
                BOOT_LIMIT,
                "its child has ended",
                () -> host.run("kill", "-0", child).exitCode() != 0);
    }

    @Test
    void controlCCancelsADeployAndWaitsForItsRollback() throws Exception {
        Started deploy = startDeploy("other");
        deploy.signal("INT");
        Result result = deploy.await(LIMIT);
        assertThat(result.exitCode()).isEqualTo(INTERRUPTED);
        assertThat(result.err()).contains("cancelling...");
        assertThat(isListed("other")).isFalse();
        assertThat(cli("history", "--target", "other").succeeded().out()).contains("machine.deploy", "failed");
    }

    /** With a daemon that does not answer, so that the first one cannot be done when the second comes. */
    @Test
    void aSecondControlCLeavesTheRestToTheDaemon() throws Exception {
        Path log = host.scratch().resolve("deploy.log");
        Started deploy = host.start(host.program(List.of("machine", "deploy", "debian", "--name", "other")), log);
        awaitOther();
        daemon.signal("STOP");
        try {
            deploy.signal("INT");
            Await.until(LIMIT, "it cancels", () -> Files.readString(log).contains("cancelling..."));
            deploy.signal("INT");
            assertThat(deploy.await(LIMIT).exitCode()).isEqualTo(INTERRUPTED);
            assertThat(Files.readString(log)).contains("left to the daemon", "sistemo history");
        } finally {
            daemon.signal("CONT");
        }
        // The cancellation had been sent, or the deploy goes on: the daemon was left with it either way.
        Await.until(LIMIT, "it runs or is gone", () -> !isListed("other") || isRunning("other"));
        if (isListed("other")) {
            delete("other");
        }
    }

    private Started startDeploy(String name) throws Exception {
        Started deploy = host.startCli("machine", "deploy", "debian", "--name", name);
        awaitOther();
        return deploy;
    }

    private void awaitOther() throws Exception {
        Await.until(
                BOOT_LIMIT,
                "the second machine's namespace is there",
                () -> host.run("ip", "netns", "list").text().lines().count() > 1);
    }

    private boolean isListed(String name) throws Exception {
        return cli("machine", "list").succeeded().out().contains(name);
    }

    private boolean isRunning(String name) throws Exception {
        Result status = cli("machine", "status", name);
        return status.exitCode() == 0 && status.out().contains("running");
    }
}
