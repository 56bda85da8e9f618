package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Owner;
import io.sistemo.guest.HostKey;
import io.sistemo.host.FakeHost;
import io.sistemo.host.LinkCommand;
import io.sistemo.host.LinkFacts;
import io.sistemo.machine.Intent;
import io.sistemo.machine.Machine;
import io.sistemo.machine.MachineId;
import io.sistemo.machine.MachineTable;
import io.sistemo.network.Forward;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Subnet;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default bridge and the host's filter: made, mended and released; what bears another's mark is not touched. */
class HostNetworkTest {
    private static final String MARK = "sistemo:0123456789ab";
    private static final String ANOTHERS = "sistemo:ba9876543210";
    private static final Optional<String> ON_THE_HOST = Optional.empty();

    @TempDir
    Path directory;

    private final FakeHost host = new FakeHost();
    private Database database;
    private HostNetwork network;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("db"));
        HostNetwork.configure(database, Subnet.parse("10.200.0.0/16"));
        network = network(database);
    }

    private HostNetwork network(Database database) {
        return new HostNetwork(
                database,
                host,
                MARK,
                new NetworkResolvers(database, host, new InstallationId("0123456789ab"), () -> List.of("192.0.2.53")));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private List<Claim> claims() {
        return database.read(connection -> ClaimTable.ofOwner(connection, Owner.HOST));
    }

    private LinkFacts bridge() {
        return host.links().find(ON_THE_HOST, Network.DEFAULT_BRIDGE).orElseThrow();
    }

    private boolean hasTable() {
        return host.packetFilter().findTable(ON_THE_HOST, "inet", "sistemo").isPresent();
    }

    private void refused(String... words) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(network::ensure).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(RefusalCode.HOST_UNUSABLE);
            assertThat(refusal.sentence()).contains(words).doesNotContain("\n");
        });
    }

    private static Machine machine(Intent intent) {
        return new Machine(
                MachineId.random(),
                "web",
                "00000001",
                intent,
                true,
                false,
                Optional.empty(),
                new io.sistemo.machine.Supervision(io.sistemo.machine.RestartPolicy.NO, 0, Optional.empty(), false),
                new Machine.Shape("tiny", "sha256:00", 1, 512, 2048, Network.DEFAULT, Map.of()),
                1_000_000,
                HostKey.generate(),
                Instant.EPOCH,
                Instant.EPOCH);
    }

    @Test
    void isMadeWithOurMarkAndClaimed() {
        network.ensure();
        assertThat(bridge().alias()).contains(MARK);
        assertThat(bridge().up()).isTrue();
        assertThat(host.packetFilter().findTable(ON_THE_HOST, "inet", "sistemo"))
                .hasValueSatisfying(table -> assertThat(table.comment()).startsWith(MARK + " "));
        assertThat(host.tableText("", "inet", "sistemo")).contains("10.200.0.0/16", "\"sistemo0\"");
        assertThat(host.sysctls().read("net.ipv6.conf.sistemo0.disable_ipv6")).contains("1");
        assertThat(host.sysctls().read("net.ipv4.ip_forward")).contains("1");
        assertThat(claims()).hasSize(2).allMatch(claim -> claim.state() == ClaimState.HELD);
    }

    @Test
    void twiceIsAsOnce() {
        network.ensure();
        Map<String, String> before = host.contents();
        List<Claim> claims = claims();
        network.ensure();
        assertThat(host.contents()).isEqualTo(before);
        assertThat(claims()).isEqualTo(claims);
    }

    @Test
    void whatSomebodyTookAwayIsMadeAgain() {
        network.ensure();
        assertThat(network.drift()).isEmpty();
        host.packetFilter().deleteTable(ON_THE_HOST, "inet", "sistemo");
        assertThat(network.drift()).containsExactly("the nftables table inet sistemo is gone");
        network.ensure();
        assertThat(hasTable()).isTrue();
        host.links().delete(ON_THE_HOST, Network.DEFAULT_BRIDGE);
        assertThat(network.drift()).containsExactly("the bridge sistemo0 is gone");
        network.ensure();
        assertThat(bridge().up()).isTrue();
        assertThat(network.drift()).isEmpty();
    }

    private String comment() {
        return host.packetFilter()
                .findTable(ON_THE_HOST, "inet", "sistemo")
                .orElseThrow()
                .comment();
    }

    @Test
    void theTableFollowsTheRows() {
        network.ensure();
        String before = comment();
        database.write(connection -> {
            NetworkTable.insert(connection, new Network("blue", "br-blue", Subnet.parse("10.201.0.0/24")));
            return Boolean.TRUE;
        });
        assertThat(network.drift())
                .containsExactly(
                        "the nftables table inet sistemo is not whole",
                        "nobody answers guests of the network blue that ask for names: it has ended");
        network.ensure();
        assertThat(comment()).startsWith(MARK + " ").isNotEqualTo(before);
        assertThat(host.tableText("", "inet", "sistemo")).contains("10.201.0.0/24", "\"br-blue\"");
        assertThat(network.drift()).isEmpty();
    }

    @Test
    void aTableOfOursWithOtherRulesIsReplaced() {
        network.ensure();
        String whole = host.tableText("", "inet", "sistemo");
        for (String comment : List.of(MARK, MARK + " 0123456789abcdef")) {
            host.packetFilter().deleteTable(ON_THE_HOST, "inet", "sistemo");
            host.packetFilter().apply(ON_THE_HOST, "table inet sistemo {\n  comment \"" + comment + "\"\n}\n");
            network.ensure();
            assertThat(host.tableText("", "inet", "sistemo")).isEqualTo(whole);
        }
    }

    @Test
    void aTableThatSomebodyChangedIsMadeAsItWas() {
        network.ensure();
        String whole = host.tableText("", "inet", "sistemo");
        assertThat(network.repair()).isFalse();
        host.packetFilter().apply(ON_THE_HOST, "table inet sistemo {\n  chain input { accept; }\n}\n");
        assertThat(network.drift()).containsExactly("the nftables table inet sistemo is not whole");
        assertThat(network.repair()).isTrue();
        assertThat(host.tableText("", "inet", "sistemo")).isEqualTo(whole);
        assertThat(network.repair()).isFalse();
        // The next daemon knows by the ledger what the table was.
        host.packetFilter().apply(ON_THE_HOST, "table inet sistemo {\n  chain input { accept; }\n}\n");
        network(database).ensure();
        assertThat(host.tableText("", "inet", "sistemo")).isEqualTo(whole);
    }

    @Test
    void settingsThatSomebodyChangedAreSetAgain() {
        network.ensure();
        for (String setting : List.of("net.ipv4.ip_forward", "net.ipv6.conf.sistemo0.disable_ipv6")) {
            host.sysctls().write(setting, "0");
            network.ensure();
            assertThat(host.sysctls().read(setting)).as(setting).contains("1");
        }
    }

    @Test
    void afterARebootItIsMadeAgain() {
        network.ensure();
        host.reboot();
        network.ensure();
        assertThat(bridge().up()).isTrue();
        assertThat(hasTable()).isTrue();
        String bootId = host.bootId().value();
        assertThat(claims())
                .hasSize(2)
                .allMatch(claim ->
                        claim.state() == ClaimState.HELD && claim.bootId().equals(bootId));
    }

    @Test
    void afterARebootANetworksBridgeIsThereBeforeTheFilterThatSetsSomethingOnIt() {
        Network blue = new Network("blue", "br-blue", Subnet.parse("10.201.0.0/24"));
        database.write(connection -> {
            NetworkTable.insert(connection, blue);
            Machine machine = machine(Intent.RUNNING);
            MachineTable.insert(connection, machine);
            LeaseTable.lease(connection, blue, machine.id().toString());
            Forward forward = new Forward(Forward.Protocol.TCP, Optional.empty(), 8080, 80);
            return ForwardTable.insert(connection, machine.id().toString(), forward, Optional.empty());
        });
        network.ensure();
        String setting = "net.ipv4.conf.br-blue.route_localnet";
        assertThat(host.sysctls().read(setting)).contains("1");
        host.reboot();
        network.ensure();
        assertThat(host.sysctls().read(setting)).contains("1");
        assertThat(network.drift()).isEmpty();
    }

    @Test
    void aForeignBridgeIsLeftAloneAndNamed() {
        host.links().apply(ON_THE_HOST, List.of(new LinkCommand.AddBridge(Network.DEFAULT_BRIDGE, ANOTHERS)));
        Map<String, String> before = host.contents();
        refused(Network.DEFAULT_BRIDGE, "not ours", ANOTHERS);
        assertThat(host.contents()).isEqualTo(before);
        assertThatExceptionOfType(Refusal.class).isThrownBy(network::release);
        assertThat(host.contents()).isEqualTo(before);
        host.links().delete(ON_THE_HOST, Network.DEFAULT_BRIDGE);
        network.ensure();
        assertThat(bridge().alias()).contains(MARK);
    }

    @Test
    void aForeignLinkWithoutAnAliasIsLeftAloneToo() {
        host.links().apply(ON_THE_HOST, List.of(new LinkCommand.AddTap(Network.DEFAULT_BRIDGE, 0)));
        Map<String, String> before = host.contents();
        refused(Network.DEFAULT_BRIDGE, "not ours");
        assertThat(host.contents()).isEqualTo(before);
    }

    @Test
    void aForeignTableIsLeftAloneAndNamed() {
        host.packetFilter().apply(ON_THE_HOST, "table inet sistemo {\n  comment \"" + ANOTHERS + "\"\n}\n");
        refused("table", "inet sistemo", "not ours", ANOTHERS);
        assertThat(host.packetFilter().findTable(ON_THE_HOST, "inet", "sistemo"))
                .hasValueSatisfying(table -> assertThat(table.comment()).isEqualTo(ANOTHERS));
    }

    @Test
    void releaseTakesAllOfItAway() {
        network.ensure();
        network.release();
        assertThat(host.links().find(ON_THE_HOST, Network.DEFAULT_BRIDGE)).isEmpty();
        assertThat(hasTable()).isFalse();
        assertThat(claims()).isEmpty();
        network.release();
        network.ensure();
        assertThat(bridge().up()).isTrue();
    }

    @Test
    void releaseTakesTheBridgeOfANetworkAwayThatIsBeingDeleted() {
        Network blue = new Network("blue", "br-blue", Subnet.parse("10.201.0.0/24"));
        database.write(connection -> {
            NetworkTable.insert(connection, blue);
            return Boolean.TRUE;
        });
        network.ensure();
        database.write(connection -> {
            NetworkTable.doom(connection, blue.name());
            return Boolean.TRUE;
        });
        network.release();
        assertThat(host.links().find(ON_THE_HOST, blue.bridge())).isEmpty();
        assertThat(claims()).isEmpty();
    }

    @Test
    void theSubnetChangesOnlyWhileNobodyHasAnAddress() {
        HostNetwork.configure(database, Subnet.parse("10.99.0.0/24"));
        Network changed = database.read(connection -> NetworkTable.find(connection, Network.DEFAULT))
                .orElseThrow();
        assertThat(changed.subnet()).hasToString("10.99.0.0/24");
        assertThat(changed.bridge()).isEqualTo(Network.DEFAULT_BRIDGE);
        database.write(connection -> {
            Machine machine = machine(Intent.STOPPED);
            MachineTable.insert(connection, machine);
            return LeaseTable.lease(connection, changed, machine.id().toString());
        });
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> HostNetwork.configure(database, Subnet.parse("10.98.0.0/24")))
                .satisfies(refusal ->
                        assertThat(refusal.sentence()).contains("10.99.0.0/24", "10.98.0.0/24", "1 machine"));
        HostNetwork.configure(database, Subnet.parse("10.99.0.0/24"));
    }
}
