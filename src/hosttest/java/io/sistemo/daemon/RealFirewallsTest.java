package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.Host;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.PacketFilter;
import io.sistemo.host.PrivateHost;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import io.sistemo.network.Subnet;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of Docker, ufw and firewalld in a real kernel, put there as these programs do: ours join them within five seconds, in the
 * right place and once, and iptables can still show and save all of it.
 */
@Tag("hosttest")
class RealFirewallsTest {
    private static final String MARK = "sistemo:0123456789ab";
    private static final String RULE =
            " -m mark --mark 0x10000000/0x10000000 -m comment --comment \"" + MARK + "\" -j ACCEPT";
    /** What is promised. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    Path run;

    @TempDir
    Path data;

    private final LinuxPrograms programs = new LinuxPrograms();
    private Host host;
    private Database database;
    private HostNetwork network;
    private PacketFilter.Watch repair;

    @BeforeEach
    void begin() {
        host = PrivateHost.open(run);
        database = Database.open(data.resolve("db"));
        HostNetwork.configure(database, Subnet.parse("10.200.0.0/16"));
        network = new HostNetwork(
                database,
                host,
                MARK,
                new NetworkResolvers(database, host, new InstallationId("0123456789ab"), () -> List.of("192.0.2.53")));
        network.ensure();
        repair = FilterRepair.begin(host, network, () -> {});
    }

    @AfterEach
    void end() {
        repair.close();
        network.release();
        database.close();
        programs.run(ProgramCall.of(List.of("nft", "flush", "ruleset")));
    }

    private String run(String input, String... command) {
        ProgramResult result = programs.run(ProgramCall.of(List.of(command)).withInput(input));
        assertThat(result.exitCode())
                .as("%s: %s", List.of(command), result.errors())
                .isZero();
        return result.output();
    }

    private List<String> rules(String chain) {
        return run("", "iptables", "-S", chain).lines().toList();
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void awaitOnlyIn(String... chains) {
        for (String chain : chains) {
            await(() -> rules(chain).getLast().equals("-A " + chain + RULE));
        }
        assertThat(ours()).hasSize(chains.length);
        await(() -> network.firewallTroubles().isEmpty());
    }

    private List<String> ours() {
        return run("", "iptables-save")
                .lines()
                .filter(line -> line.contains(MARK))
                .toList();
    }

    @Test
    void dockersForwardHasOurRuleLastWhateverDockerDoes() {
        run(FirewallsOfOthers.DOCKER, "iptables-restore", "--noflush");
        awaitOnlyIn("FORWARD");
        // As Docker does when it starts again: its jumps come first, and it changes nothing else.
        run("", "iptables", "-D", "FORWARD", "-j", "DOCKER-USER");
        run("", "iptables", "-I", "FORWARD", "-j", "DOCKER-USER");
        awaitOnlyIn("FORWARD");
        run("", "iptables", "-F", "FORWARD");
        awaitOnlyIn("FORWARD");
        // What iptables saves it can restore, and then it is not there twice.
        run(run("", "iptables-save"), "iptables-restore");
        awaitOnlyIn("FORWARD");
        run("", "iptables", "-P", "FORWARD", "ACCEPT");
        await(() -> ours().isEmpty());
        run("", "iptables", "-P", "FORWARD", "DROP");
        awaitOnlyIn("FORWARD");
        network.release();
        assertThat(ours()).isEmpty();
        assertThat(rules("FORWARD")).containsExactly("-P FORWARD DROP");
    }

    @Test
    void ufwHasOurRulesBehindThoseOfItsUsers() {
        run(FirewallsOfOthers.UFW, "iptables-restore", "--noflush");
        awaitOnlyIn("ufw-after-forward", "ufw-after-input");
        // As a reload does.
        run("", "iptables", "-F", "ufw-after-input");
        run("", "iptables", "-F", "ufw-after-forward");
        run(FirewallsOfOthers.UFW, "iptables-restore", "--noflush");
        awaitOnlyIn("ufw-after-forward", "ufw-after-input");
        // And with Docker beside it.
        run("*filter\n:DOCKER-USER -\n-I FORWARD -j DOCKER-USER\nCOMMIT\n", "iptables-restore", "--noflush");
        awaitOnlyIn("ufw-after-forward", "ufw-after-input", "FORWARD");
    }

    /** Which puts its rules behind all that are there: its users' would decide nothing any more about what ours has accepted. */
    @Test
    void ufwThatComesAfterDockerHasOurRuleBehindItsOwn() {
        run(FirewallsOfOthers.DOCKER, "iptables-restore", "--noflush");
        awaitOnlyIn("FORWARD");
        run(FirewallsOfOthers.UFW, "iptables-restore", "--noflush");
        awaitOnlyIn("FORWARD", "ufw-after-forward", "ufw-after-input");
        run("", "iptables", "-A", "FORWARD", "-s", "10.200.0.9", "-j", "DROP");
        awaitOnlyIn("FORWARD", "ufw-after-forward", "ufw-after-input");
    }

    @Test
    void whatNoRuleOfOursHelpsIsTold() {
        run(FirewallsOfOthers.firewalld(), "nft", "-f", "-");
        assertThat(network.firewallTroubles())
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.fix()).contains("--zone=trusted --add-interface=sistemo0"));
        run("", "nft", "delete", "table", "inet", "firewalld");
        run(FirewallsOfOthers.firewalld("sistemo0"), "nft", "-f", "-");
        assertThat(network.firewallTroubles()).isEmpty();
        run("", "nft", "delete", "table", "inet", "firewalld");
        run("", "iptables", "-P", "FORWARD", "DROP");
        assertThat(network.firewallTroubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.sentence()).contains("ip filter FORWARD");
            // What we tell people to type works.
            run("", trouble.fix().split(" "));
        });
        assertThat(network.firewallTroubles()).isEmpty();
        run(
                "",
                "nft",
                "add table inet mine; add chain inet mine guard"
                        + " { type filter hook input priority 0; policy drop; }");
        assertThat(network.firewallTroubles()).singleElement().satisfies(trouble -> run("", "sh", "-c", trouble.fix()));
        assertThat(network.firewallTroubles()).isEmpty();
        assertThat(host.packetFilter().findTable(Optional.empty(), "inet", "mine"))
                .isPresent();
        run(
                "",
                "nft",
                "add table inet late; add chain inet late guard"
                        + " { type filter hook forward priority 10; policy drop; }");
        assertThat(network.firewallTroubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.fix()).contains("iifname sistemo0", "oifname sistemo0");
            run("", "sh", "-c", trouble.fix());
        });
        assertThat(network.firewallTroubles()).isEmpty();
    }

    @Test
    void rulesOfTheIptablesBeforeNftablesAreTold() {
        run("", "iptables-legacy", "-P", "FORWARD", "ACCEPT");
        assertThat(network.firewallTroubles()).isEmpty();
        run("", "iptables-legacy", "-P", "FORWARD", "DROP");
        assertThat(network.firewallTroubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.sentence()).contains("iptables-legacy", "FORWARD");
            run("", trouble.fix().split(" "));
        });
        assertThat(network.firewallTroubles()).isEmpty();
        run("", "iptables-legacy", "-F", "FORWARD");
        run("", "iptables-legacy", "-P", "FORWARD", "ACCEPT");
    }
}
