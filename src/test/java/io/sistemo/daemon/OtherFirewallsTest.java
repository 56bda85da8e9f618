package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.FakeHost;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Subnet;
import io.sistemo.store.Database;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our rules are in the chains of others where they are needed, only there, and only as long; what they cannot help is told. */
class OtherFirewallsTest {
    private static final String MARK = "sistemo:0123456789ab";
    private static final Optional<String> ON_THE_HOST = Optional.empty();
    private static final String INPUT_DROPS =
            "table ip filter {\n  chain INPUT { type filter hook input priority filter; policy drop; }\n}\n";
    private static final String FORWARD_DROPS =
            "table ip filter {\n  chain FORWARD { type filter hook forward priority filter; policy drop; }\n}\n";
    private static final String FORWARD_ACCEPTS =
            "table ip filter {\n  chain FORWARD { type filter hook forward priority filter; policy accept; }\n}\n";
    private static final String DOCKER = "table ip filter {\n  chain DOCKER-USER { }\n}\n";
    private static final String UFW =
            "table ip filter {\n  chain ufw-after-input { }\n  chain ufw-after-forward { }\n}\n";

    @TempDir
    Path directory;

    private final FakeHost host = new FakeHost();
    private Database database;
    private OtherFirewalls firewalls;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("db"));
        database.write(connection -> {
            NetworkTable.insert(
                    connection, new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/16")));
            return Boolean.TRUE;
        });
        firewalls = new OtherFirewalls(database, host, MARK);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void apply(String... rulesets) {
        for (String ruleset : rulesets) {
            host.packetFilter().apply(ON_THE_HOST, ruleset);
        }
    }

    private List<String> rules() {
        return host.contents().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("rule in ")
                        && entry.getValue().equals(MARK))
                .map(entry -> entry.getKey().substring("rule in ".length()))
                .sorted()
                .toList();
    }

    private List<Claim> claims() {
        return database.read(connection -> ClaimTable.ofKind(connection, ClaimKind.FIREWALL_RULE));
    }

    /** What is there, what is claimed, and what is told agree. */
    private void assertRulesIn(String... chains) {
        firewalls.ensure();
        assertThat(rules()).containsExactly(chains);
        assertThat(claims())
                .allMatch(claim -> claim.state() == ClaimState.HELD)
                .extracting(claim -> claim.key().name())
                .containsExactlyInAnyOrder(chains);
        assertThat(firewalls.isSettled()).isTrue();
        assertThat(firewalls.troubles()).isEmpty();
        Map<String, String> before = host.contents();
        firewalls.ensure();
        assertThat(host.contents()).isEqualTo(before);
    }

    @Test
    void nothingIsDoneWhereNobodyDrops() {
        assertRulesIn();
        apply(FORWARD_ACCEPTS, DOCKER, UFW);
        assertRulesIn();
    }

    @Test
    void dockersForwardHasOneRule() {
        host.startDocker();
        assertThat(firewalls.isSettled()).isFalse();
        assertRulesIn("FORWARD");
    }

    @Test
    void ufwHasOneRuleForEachWay() {
        apply(INPUT_DROPS, FORWARD_DROPS, UFW);
        assertRulesIn("ufw-after-forward", "ufw-after-input");
    }

    @Test
    void bothTogetherAreBothServed() {
        apply(INPUT_DROPS, FORWARD_DROPS, UFW, DOCKER);
        assertRulesIn("FORWARD", "ufw-after-forward", "ufw-after-input");
    }

    @Test
    void whatWasFlushedIsPutBack() {
        apply(FORWARD_DROPS, DOCKER);
        assertRulesIn("FORWARD");
        host.packetFilter().deleteTable(ON_THE_HOST, "ip", "filter");
        apply(FORWARD_DROPS, DOCKER);
        assertThat(firewalls.isSettled()).isFalse();
        assertThat(firewalls.troubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.sentence()).contains("FORWARD", "somebody changed it");
            assertThat(trouble.fix()).startsWith("iptables-nft -A FORWARD -m mark --mark 0x10000000/0x10000000");
        });
        assertRulesIn("FORWARD");
    }

    @Test
    void itGoesWithTheOtherProgramAndAtTheEnd() {
        apply(FORWARD_DROPS, DOCKER);
        assertRulesIn("FORWARD");
        host.packetFilter().deleteTable(ON_THE_HOST, "ip", "filter");
        assertThat(firewalls.isSettled()).isFalse();
        assertRulesIn();
        apply(INPUT_DROPS, UFW);
        assertRulesIn("ufw-after-input");
        firewalls.release();
        assertThat(rules()).isEmpty();
        assertThat(claims()).isEmpty();
    }

    @Test
    void afterARebootItIsMadeAgain() {
        apply(FORWARD_DROPS, DOCKER);
        assertRulesIn("FORWARD");
        host.reboot();
        apply(FORWARD_DROPS, DOCKER);
        assertRulesIn("FORWARD");
    }

    @Test
    void whatCannotBeWrittenIsToldAndTriedAgain() {
        host.setIptables(false);
        apply(FORWARD_DROPS, DOCKER);
        firewalls.ensure();
        assertThat(firewalls.isSettled()).as("no event asks again").isTrue();
        assertThat(firewalls.troubles())
                .singleElement()
                .satisfies(
                        trouble -> assertThat(trouble.sentence()).contains("FORWARD", "iptables-nft: is it installed"));
        host.setIptables(true);
        firewalls.ensure();
        assertRulesIn("FORWARD");
    }

    @Test
    void whatWasRefusedIsAskedForAgainOnceTheChainsAreOthers() {
        host.setIptables(false);
        apply(FORWARD_DROPS, DOCKER);
        firewalls.ensure();
        host.setIptables(true);
        assertThat(firewalls.isSettled()).isTrue();
        apply(UFW);
        assertThat(firewalls.isSettled()).isFalse();
        assertRulesIn("FORWARD", "ufw-after-forward");
    }

    @Test
    void aRuleThatIsNotTheLastAnyMoreIsMadeAgainBehindTheOthers() {
        apply(FORWARD_DROPS, DOCKER);
        assertRulesIn("FORWARD");
        apply("table ip filter {\n  chain FORWARD { jump ufw-user-forward; }\n}\n");
        assertThat(firewalls.isSettled()).isFalse();
        assertThat(firewalls.troubles())
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.sentence()).contains("not at its end"));
        assertRulesIn("FORWARD");
    }

    @Test
    void aChainThatNeverSeesTheMarkIsToldToAcceptOurBridges() {
        String chain = "table inet mine {\n  chain late { type filter hook forward priority filter + 10; policy drop;";
        apply(chain + " }\n}\n");
        assertThat(firewalls.troubles())
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.fix())
                        .isEqualTo("nft add rule inet mine late iifname sistemo0 accept"
                                + " && nft add rule inet mine late oifname sistemo0 accept"));
        apply("table inet mine {\n  chain late { iifname \"sistemo0\" accept; oifname \"sistemo0\" accept; }\n}\n");
        assertThat(firewalls.troubles()).as("the command was typed").isEmpty();
    }

    @Test
    void chainsOfNobodyWeKnowAreToldWithTheCommandThatHelps() {
        apply(FORWARD_DROPS);
        firewalls.ensure();
        assertThat(rules()).isEmpty();
        assertThat(firewalls.troubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.sentence()).contains("ip filter FORWARD", "from and to machines");
            assertThat(trouble.fix()).endsWith("--comment " + MARK + " -j ACCEPT");
        });
        host.packetFilter().deleteTable(ON_THE_HOST, "ip", "filter");
        String chain = "table inet mine {\n  chain guard { type filter hook input priority filter; policy drop;";
        apply(chain + " }\n}\n");
        assertThat(firewalls.troubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.sentence()).contains("inet mine guard", "names");
            assertThat(trouble.fix())
                    .isEqualTo("nft add rule inet mine guard meta mark and 0x10000000 == 0x10000000 accept comment '\""
                            + MARK + "\"'");
        });
        host.packetFilter().deleteTable(ON_THE_HOST, "inet", "mine");
        apply(chain + " meta mark and 0x10000000 == 0x10000000 accept comment \"" + MARK + "\"; }\n}\n");
        assertThat(firewalls.troubles()).as("the command was typed").isEmpty();
    }

    @Test
    void firewalldIsAskedToTrustOurBridges() {
        apply("table inet firewalld {\n  chain filter_INPUT { iifname \"eth0\" accept; }\n}\n");
        assertThat(firewalls.troubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.sentence()).contains("firewalld", "sistemo0");
            assertThat(trouble.fix())
                    .isEqualTo("firewall-cmd --permanent --zone=trusted --add-interface=sistemo0"
                            + " && firewall-cmd --reload");
        });
        apply("table inet firewalld {\n  chain filter_INPUT { iifname \"sistemo0\" accept; }\n}\n");
        assertThat(firewalls.troubles()).isEmpty();
    }
}
