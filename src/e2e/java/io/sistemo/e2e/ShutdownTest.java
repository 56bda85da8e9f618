package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The daemon alone is told to stop, as a service manager with KillMode=process does it, while something is under way. */
class ShutdownTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String OVERVIEW = "/api/v1/machines";

    @AfterEach
    @Override
    void leavesNothing() throws Exception {
        if (!daemon.isRunning()) {
            daemon = Daemon.up(host);
        }
        if (cli("machine", "list").succeeded().out().contains("web")) {
            delete("web");
        }
        super.leavesNothing();
    }

    /** A deploy of which the VMM runs already. */
    private Started deployUnderWay() throws Exception {
        Started deploy = host.startCli("machine", "deploy", "debian", "--name", "web", "--vcpus", "1");
        Await.until(
                BOOT_LIMIT,
                "the machine's namespace is there",
                () -> !host.run("ip", "netns", "list").text().isEmpty());
        return deploy;
    }

    @Test
    void aDeployIsFinishedNewRequestsAreRefusedAndTheMachineStaysUp() throws Exception {
        stopsInOrder("TERM");
    }

    @Test
    void controlCIsTheSame() throws Exception {
        stopsInOrder("INT");
    }

    private void stopsInOrder(String signal) throws Exception {
        Started deploy = deployUnderWay();
        daemon.signal(signal);
        Await.until(
                BOOT_LIMIT,
                "new requests are refused",
                () -> Http.get(host, OVERVIEW).startsWith("HTTP/1.1 503"));
        assertThat(Http.get(host, OVERVIEW)).startsWith("HTTP/1.1 503").containsIgnoringCase("Retry-After: ");
        assertThat(Http.get(host, "/ready")).startsWith("HTTP/1.1 503");
        assertThat(deploy.isRunning()).as("the deploy goes on").isTrue();
        deploy.await(LIMIT).succeeded();
        assertThat(daemon.awaitStop().exitCode()).isZero();
        daemon = Daemon.up(host);
        assertThat(machine("web")).containsEntry("status", "running");
        assertThat(inGuest("web", "echo here")).isEqualTo("here");
    }

    @Test
    void aSecondSignalEndsItAtOnceAndTheNextDaemonTakesTheDeployBack() throws Exception {
        Started deploy = deployUnderWay();
        daemon.signal("TERM");
        Await.until(
                BOOT_LIMIT,
                "the first signal was heard",
                () -> Http.get(host, OVERVIEW).startsWith("HTTP/1.1 503"));
        daemon.signal("TERM");
        assertThat(daemon.awaitStop().exitCode()).isEqualTo(128 + 15);
        Result result = deploy.await(LIMIT);
        assertThat(result.exitCode()).isNotZero();
        assertOneClearLine(result, "daemon");
        daemon = Daemon.up(host);
        Await.until(
                BOOT_LIMIT,
                "it was taken back",
                () -> !cli("machine", "list").succeeded().out().contains("web"));
    }

    @Test
    void nothingUnderWayEndsIt() throws Exception {
        Result result = daemon.terminate();
        assertThat(result.exitCode()).isZero();
        assertThat(host.dataDirectory().resolve("daemon.url")).doesNotExist();
    }
}
