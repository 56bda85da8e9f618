package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Somebody takes things of ours away by hand, or leaves some that nobody holds: it is mended, or told. */
class DriftTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    void prepare() throws Exception {
        super.prepare();
        Files.writeString(host.dataDirectory().resolve("config.yml"), "reconciler_interval_sec: 1\n");
    }

    @Override
    void populate() throws Exception {
        deploy("web");
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
    }

    private String link() throws Exception {
        return "sv-" + ((String) field(machine("web"), "id")).substring(0, 8);
    }

    private boolean succeeds(String... command) throws Exception {
        return host.run(command).exitCode() == 0;
    }

    private void requireThatItAnswersAndIsTheSame(long vmm) throws Exception {
        Await.until(
                LIMIT,
                "it answers",
                () -> cli("machine", "exec", "web", "echo here").exitCode() == 0);
        Await.until(LIMIT, "it runs", () -> "running".equals(machine("web").get("status")));
        assertThat(vmmPid("web")).isEqualTo(vmm);
        assertThat(cli("doctor").out()).contains("the host holds what the ledger says");
    }

    @Test
    void aNamespaceGetsItsNameBack() throws Exception {
        long vmm = vmmPid("web");
        host.run("ip", "netns", "del", link()).succeeded();
        Await.until(LIMIT, "it has its name", () -> succeeds("ip", "netns", "exec", link(), "true"));
        assertThat(host.run("ip", "netns", "pids", link()).out().lines()).contains(Long.toString(vmm));
        requireThatItAnswersAndIsTheSame(vmm);
    }

    @Test
    void aLinkIsMadeAgain() throws Exception {
        long vmm = vmmPid("web");
        host.run("ip", "link", "del", link()).succeeded();
        Await.until(LIMIT, "the link is there", () -> succeeds("ip", "link", "show", link()));
        requireThatItAnswersAndIsTheSame(vmm);
    }

    @Test
    void theBridgeIsMadeAgainWithItsPorts() throws Exception {
        long vmm = vmmPid("web");
        host.run("ip", "link", "del", "sistemo0").succeeded();
        Await.until(LIMIT, "the bridge is there", () -> succeeds("ip", "link", "show", "sistemo0"));
        Await.until(
                LIMIT,
                "the machine is its port",
                () -> host.run("ip", "-o", "link", "show", link()).out().contains("master sistemo0"));
        requireThatItAnswersAndIsTheSame(vmm);
    }

    @Test
    void theFiltersAreMadeAgain() throws Exception {
        long vmm = vmmPid("web");
        host.run("nft", "flush", "ruleset").succeeded();
        host.run("ip", "netns", "exec", link(), "nft", "flush", "ruleset").succeeded();
        Await.until(LIMIT, "the host's table is there", () -> succeeds("nft", "list", "table", "inet", "sistemo"));
        Await.until(
                LIMIT,
                "the machine's table is there",
                () -> succeeds("ip", "netns", "exec", link(), "nft", "list", "table", "bridge", "sistemo"));
        requireThatItAnswersAndIsTheSame(vmm);
    }

    @Test
    void aTapIsMissedAndARestartGivesAnother() throws Exception {
        host.run("ip", "netns", "exec", link(), "ip", "link", "del", "tap0").succeeded();
        Await.until(LIMIT, "it is told", () -> "error".equals(machine("web").get("status")));
        assertThat(cli("machine", "status", "web").out()).contains("sistemo machine restart web");
        assertThat(cli("doctor").out()).contains("sistemo machine restart web");
        cli("machine", "restart", "web").succeeded();
        requireThatItAnswersAndIsTheSame(vmmPid("web"));
    }

    private void addLink(String name, String alias) throws Exception {
        host.run("ip", "link", "add", name, "type", "bridge").succeeded();
        host.run("ip", "link", "set", name, "alias", alias).succeeded();
    }

    @Test
    void whatIsOursAndNobodysGoesAndWhatIsAnothersStays() throws Exception {
        long vmm = vmmPid("web");
        String mark = "sistemo:" + host.installation().orElseThrow();
        addLink("others", "sistemo:ffffffffffff");
        host.run("ip", "netns", "add", "sv-11111111").succeeded();
        addLink("sv-0bad0bad", mark);
        Await.until(LIMIT, "ours is gone", () -> !succeeds("ip", "link", "show", "sv-0bad0bad"));
        assertThat(succeeds("ip", "link", "show", "others")).isTrue();
        assertThat(succeeds("ip", "netns", "exec", "sv-11111111", "true")).isTrue();
        requireThatItAnswersAndIsTheSame(vmm);
        host.run("ip", "link", "del", "others").succeeded();
        host.run("ip", "netns", "del", "sv-11111111").succeeded();
    }
}
