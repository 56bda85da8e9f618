package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The daemon dies, a VMM dies, the service stops: machines that run do not notice, and nothing is left in the end. */
class CrashTest extends DaemonTest {
    private static final String BOOT_ID = "cat /proc/sys/kernel/random/boot_id";

    @BeforeEach
    void deployWeb() throws Exception {
        deploy("web");
    }

    @AfterEach
    @Override
    void leavesNothing() throws Exception {
        delete("web");
        super.leavesNothing();
    }

    @Test
    void theMachineDoesNotNoticeTheDaemonsDeathAndTheNextOneOwnsIt() throws Exception {
        String bootId = inGuest("web", BOOT_ID);
        long vmm = vmmPid("web");
        Map<String, Object> web = machine("web");
        inGuest("web", "nohup sh -c 'while echo tick; do sleep 0.2; done' > /root/ticks 2>&1 & echo started");
        daemon.kill();
        assertThat(host.run("kill", "-0", Long.toString(vmm)).exitCode()).isZero();
        assertThat(overSsh(web, BOOT_ID)).as("it answers while no daemon runs").isEqualTo(bootId);
        Result withoutDaemon = cli("machine", "list");
        assertThat(withoutDaemon.exitCode()).isEqualTo(1);
        assertOneClearLine(withoutDaemon, "sistemo up");
        daemon = Daemon.up(host);
        assertThat(vmmPid("web")).isEqualTo(vmm);
        assertThat(inGuest("web", BOOT_ID)).isEqualTo(bootId);
        String ticks = inGuest("web", "wc -l < /root/ticks");
        Await.until(
                BOOT_LIMIT,
                "the guest's own work goes on",
                () -> !inGuest("web", "wc -l < /root/ticks").equals(ticks));
    }

    @Test
    void aServiceStopLeavesMachinesRunning() throws Exception {
        String bootId = inGuest("web", BOOT_ID);
        assertThat(daemon.terminate().exitCode()).isIn(0, 143);
        daemon = Daemon.up(host);
        assertThat(inGuest("web", BOOT_ID)).isEqualTo(bootId);
    }

    @Test
    void aDeadVmmIsNoticedAndStartWorksAgain() throws Exception {
        inGuest("web", "echo kept > /root/kept && sync");
        host.run("kill", "-KILL", Long.toString(vmmPid("web"))).succeeded();
        Await.until(
                Duration.ofSeconds(10),
                "the state says that it does not run",
                () -> !"running".equals(machine("web").get("status")));
        cli("machine", "start", "web").succeeded();
        assertThat(inGuest("web", "cat /root/kept")).isEqualTo("kept");
    }

    @Test
    void aVmmThatDiesWhileNoDaemonRunsIsNotBelievedToRun() throws Exception {
        long vmm = vmmPid("web");
        daemon.kill();
        host.run("kill", "-KILL", Long.toString(vmm)).succeeded();
        daemon = Daemon.up(host);
        assertThat(machine("web").get("status")).isNotEqualTo("running");
        cli("machine", "start", "web").succeeded();
        assertThat(inGuest("web", "echo here")).isEqualTo("here");
    }

    @Test
    void aDeployThatTheDaemonDidNotSurviveIsTakenBack() throws Exception {
        String namespaces = host.run("ip", "netns", "list").text();
        Started deploy = host.startCli("machine", "deploy", "debian", "--name", "other");
        Await.until(
                BOOT_LIMIT,
                "the second machine's namespace is there",
                () -> !host.run("ip", "netns", "list").text().equals(namespaces));
        daemon.kill();
        Result result = deploy.await(BOOT_LIMIT);
        assertThat(result.exitCode()).isEqualTo(1);
        assertOneClearLine(result, "daemon");
        daemon = Daemon.up(host);
        Await.until(
                BOOT_LIMIT,
                "it was taken back",
                () -> !cli("machine", "list").succeeded().out().contains("other"));
        assertThat(inGuest("web", "echo here")).isEqualTo("here");
    }

    @Test
    void aStopThatTheDaemonDidNotSurviveIsCarriedOn() throws Exception {
        Started stop = host.startCli("machine", "stop", "web");
        Await.until(
                BOOT_LIMIT,
                "it is being stopped",
                () -> !"running".equals(machine("web").get("status")));
        daemon.kill();
        stop.await(BOOT_LIMIT);
        daemon = Daemon.up(host);
        Await.until(
                BOOT_LIMIT,
                "it has stopped",
                () -> "stopped".equals(machine("web").get("status")));
        cli("machine", "start", "web").succeeded();
        assertThat(inGuest("web", "echo here")).isEqualTo("here");
    }

    @Test
    void aMachineWhoseDaemonDiedCanBeDeletedByTheNext() throws Exception {
        deploy("other");
        daemon.kill();
        daemon = Daemon.up(host);
        delete("other");
        assertThat(cli("machine", "list").succeeded().out()).doesNotContain("other");
    }
}
