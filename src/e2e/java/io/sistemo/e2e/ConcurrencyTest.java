package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several at once, and one that changes its mind. */
class ConcurrencyTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void controlCInTheMiddleOfADeployLeavesNothing() throws Exception {
        Started deploy = host.startCli("machine", "deploy", "debian", "--name", "web");
        Await.until(
                BOOT_LIMIT,
                "the VMM's namespace is there",
                () -> !host.run("ip", "netns", "list").text().isEmpty());
        deploy.signal("INT");
        Result result = deploy.await(LIMIT);
        assertThat(result.exitCode()).isNotZero();
        assertThat(list()).doesNotContain("web");
    }

    @Test
    void controlCAtTheVeryStartLeavesNothing() throws Exception {
        Started deploy = host.startCli("machine", "deploy", "debian", "--name", "web");
        Await.until(BOOT_LIMIT, "the daemon knows it", () -> list().contains("web") || !deploy.isRunning());
        deploy.signal("INT");
        assertThat(deploy.await(LIMIT).exitCode()).isNotZero();
        assertThat(list()).doesNotContain("web");
    }

    @Test
    void ofTwoDeploysOfOneNameOneWins() throws Exception {
        Started first = host.startCli("machine", "deploy", "debian", "--name", "web");
        Started second = host.startCli("machine", "deploy", "debian", "--name", "web");
        List<Result> results = new ArrayList<>(List.of(first.await(LIMIT), second.await(LIMIT)));
        assertThat(results.stream().filter(result -> result.exitCode() == 0)).hasSize(1);
        results.removeIf(result -> result.exitCode() == 0);
        assertOneClearLine(results.getFirst(), "web");
        assertThat(inGuest("web", "echo here")).isEqualTo("here");
        delete("web");
    }

    @Test
    void deleteWhileStartingAndTwoDeletesAtOnce() throws Exception {
        Started deploy = host.startCli("machine", "deploy", "debian", "--name", "web");
        Await.until(BOOT_LIMIT, "it is being deployed", () -> list().contains("web"));
        Started first = host.startCli("machine", "delete", "web", "-y");
        Started second = host.startCli("machine", "delete", "web", "-y");
        deploy.await(LIMIT);
        List<Integer> codes =
                List.of(first.await(LIMIT).exitCode(), second.await(LIMIT).exitCode());
        assertThat(codes).allMatch(code -> code == 0 || code == 1);
        if (list().contains("web")) {
            // Both may have been refused while it was being deployed; then it is a machine like any other.
            assertThat(codes).containsOnly(1);
            delete("web");
        }
        assertThat(list()).doesNotContain("web");
    }

    @Test
    void deleteWhileAStoppedMachineStarts() throws Exception {
        deploy("web");
        cli("machine", "stop", "web").succeeded();
        Started start = host.startCli("machine", "start", "web");
        Await.until(BOOT_LIMIT, "it is being started", () -> list().contains("maintenance"));
        delete("web");
        Result result = start.await(LIMIT);
        assertThat(result.exitCode()).isEqualTo(1);
        assertOneClearLine(result, "web", "deleted");
        assertThat(list()).doesNotContain("web");
    }

    @Test
    void twoDeletesOfARunningMachine() throws Exception {
        deploy("web");
        Started first = host.startCli("machine", "delete", "web", "-y");
        Started second = host.startCli("machine", "delete", "web", "-y");
        List<Integer> codes =
                List.of(first.await(LIMIT).exitCode(), second.await(LIMIT).exitCode());
        assertThat(codes).contains(0).allMatch(code -> code == 0 || code == 1);
        assertThat(list()).doesNotContain("web");
    }

    private String list() throws Exception {
        return cli("machine", "list").succeeded().out();
    }
}
