package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.Observation;
import io.sistemo.host.FakeHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The rendered rules: every value in its place, and no more rules for more networks. */
class FilterTest {
    private static final String MARK = "sistemo:0123456789ab";
    private static final Network DEFAULT = new Network("default", "sistemo0", Subnet.parse("10.200.0.0/16"));

    private static MachineWiring wiring(boolean blockSmtp) {
        return new MachineWiring(
                "12345678", DEFAULT, Ipv4.parse("10.200.0.9"), 7, 2222, blockSmtp, NetworkLimits.NONE, MARK);
    }

    @Test
    void networksAreElementsNotRules() {
        List<Network> many = new ArrayList<>(List.of(DEFAULT));
        for (int i = 1; i < 50; i++) {
            many.add(new Network("n" + i, "br" + i, Subnet.parse("10." + i + ".0.0/16")));
        }
        String one = new HostRules(List.of(DEFAULT), List.of()).render(MARK);
        String all = new HostRules(many, List.of()).render(MARK);
        assertThat(all.lines()).hasSameSizeAs(one.lines().toList());
        assertThat(all)
                .contains(
                        "\"sistemo0\", \"br1\",",
                        "10.200.0.0/16, 10.1.0.0/16",
                        "\"br49\" . \"br49\"",
                        "\"br49\" . 10.49.0.1")
                .doesNotContain("@COMMENT@", "@BRIDGES@ ", "@NETS@", "@SAME@", "@GATEWAYS@", "@RESOLVERS@");
        assertThat(one).contains("comment \"" + MARK + " ");
    }

    @Test
    void forwardsAreElementsNotRules() {
        List<RoutedForward> many = new ArrayList<>();
        for (int port = 1; port <= 1000; port++) {
            many.add(new RoutedForward(
                    ForwardTableTest.forward((port % 2 == 0 ? "tcp * " : "udp 192.0.2.1 ") + port),
                    Ipv4.parse("10.200.0.9")));
        }
        HostRules none = new HostRules(List.of(DEFAULT), List.of());
        HostRules all = new HostRules(List.of(DEFAULT), many);
        assertThat(all.render(MARK).lines())
                .hasSameSizeAs(none.render(MARK).lines().toList());
        assertThat(all.render(MARK))
                .contains(
                        "{ tcp . 2 : 10.200.0.9 . 80, tcp . 4 : 10.200.0.9 . 80,",
                        "{ 192.0.2.1 . udp . 1 : 10.200.0.9 . 80, 192.0.2.1 . udp . 3 : 10.200.0.9 . 80,")
                .doesNotContain("@EVERYWHERE@", "@AT@", "@HAIRPINS@");
        assertThat(none.render(MARK)).doesNotContain("elements = { }");
    }

    @Test
    void theBridgeCarriesLoopbackAddressesOnlyForAForwardThatNeedsIt() {
        FakeHost host = new FakeHost();
        new Bridge(host, MARK, DEFAULT).ensure();
        String setting = "net.ipv4.conf.sistemo0.route_localnet";
        for (String[] step : new String[][] {
            {"tcp 192.0.2.1 1", "0"}, {"tcp * 1", "1"}, {"tcp 192.0.2.1 2", "0"}, {"tcp 127.0.0.1 1", "1"}
        }) {
            RoutedForward routed = new RoutedForward(ForwardTableTest.forward(step[0]), Ipv4.parse("10.200.0.9"));
            HostFilter filter = new HostFilter(host, MARK, new HostRules(List.of(DEFAULT), List.of(routed)));
            assertThat(filter.observe()).isNotInstanceOf(Observation.Present.class);
            filter.ensure();
            assertThat(host.sysctls().read(setting)).contains(step[1]);
            assertThat(filter.observe()).isInstanceOf(Observation.Present.class);
            host.sysctls().write(setting, step[1].equals("1") ? "0" : "1");
            assertThat(filter.observe()).isEqualTo(Observation.PARTIAL);
            filter.ensure();
            assertThat(filter.observe()).isInstanceOf(Observation.Present.class);
        }
        new HostFilter(host, MARK, new HostRules(List.of(DEFAULT), List.of())).release();
        assertThat(host.sysctls().read(setting)).contains("0");
    }

    @Test
    void aMachinesRulesNameOnlyItsOwnAddresses() {
        String rules = MachineFilter.render(wiring(true));
        assertThat(rules)
                .contains(
                        "ether saddr != 52:54:0a:c8:00:09 counter drop",
                        "arp saddr ip != 10.200.0.9 counter drop",
                        "ip saddr != 10.200.0.9 counter drop",
                        "ip saddr != 10.200.0.1 tcp dport 2222 counter drop",
                        "tcp dport { 25, 465, 587 } counter drop",
                        "ip daddr 169.254.0.0/16 counter drop",
                        "ip daddr 127.0.0.0/8 counter drop",
                        "udp sport 67 counter drop",
                        "ether type != ip counter drop",
                        "comment \"" + MARK + "\"")
                .doesNotContain("@");
        assertThat(MachineFilter.render(wiring(false))).doesNotContain("587").contains("    accept");
    }

    @Test
    void whatPassesIsLimitedBeforeAllElse() {
        MachineWiring unlimited = wiring(true);
        MachineWiring limited = new MachineWiring(
                unlimited.shortId(),
                DEFAULT,
                unlimited.address(),
                7,
                2222,
                true,
                new NetworkLimits(OptionalLong.of(1_000_000), OptionalLong.of(250_000)),
                MARK);
        assertThat(MachineFilter.render(limited))
                .contains(
                        "chain from_guest {\n    limit rate over 250000 bytes/second burst 65536 bytes counter drop\n",
                        "chain to_guest {\n    limit rate over 1000000 bytes/second burst 65536 bytes counter drop\n")
                .doesNotContain("@");
        assertThat(MachineFilter.render(unlimited)).doesNotContain("limit");
    }

    @Test
    void ensuringAndReleasingTwiceIsAsGoodAsOnce() {
        FakeHost host = new FakeHost();
        new Bridge(host, MARK, DEFAULT).ensure();
        new Bridge(host, MARK, DEFAULT).ensure();
        HostFilter filter = new HostFilter(host, MARK, new HostRules(List.of(DEFAULT), List.of()));
        MachineNetwork network = new MachineNetwork(host, wiring(true), Optional.empty());
        for (int i = 0; i < 2; i++) {
            filter.ensure();
            network.ensure();
            assertThat(filter.observe()).isInstanceOf(Observation.Present.class);
            assertThat(network.observe()).isInstanceOf(Observation.Present.class);
        }
        for (int i = 0; i < 2; i++) {
            network.release();
            filter.release();
            assertThat(network.observe()).isEqualTo(Observation.ABSENT);
            assertThat(filter.observe()).isEqualTo(Observation.ABSENT);
        }
    }

    @Test
    void aMachinesTableIsReplacedAndNotAddedTo() {
        FakeHost host = new FakeHost();
        new Bridge(host, MARK, DEFAULT).ensure();
        new MachineNetwork(host, wiring(true), Optional.empty()).ensure();
        String first = host.tableText("sv-12345678", MachineFilter.FAMILY, MachineFilter.TABLE);
        new MachineNetwork(host, wiring(true), Optional.empty()).ensure();
        assertThat(host.tableText("sv-12345678", MachineFilter.FAMILY, MachineFilter.TABLE))
                .isEqualTo(first)
                .isNotEmpty();
    }

    @Test
    void aTableWithOtherRulesIsNotWhole() {
        FakeHost host = new FakeHost();
        Network other = new Network("other", "br-other", Subnet.parse("10.201.0.0/24"));
        HostFilter both = new HostFilter(host, MARK, new HostRules(List.of(DEFAULT, other), List.of()));
        new HostFilter(host, MARK, new HostRules(List.of(DEFAULT), List.of())).ensure();
        assertThat(both.observe()).isEqualTo(Observation.PARTIAL);
        both.ensure();
        assertThat(both.observe()).isInstanceOf(Observation.Present.class);
    }

    @Test
    void whatIsAnotherInstallationsIsUnknownToUs() {
        FakeHost host = new FakeHost();
        new Bridge(host, "sistemo:ffffffffffff", DEFAULT).ensure();
        new HostFilter(host, "sistemo:ffffffffffff", new HostRules(List.of(DEFAULT), List.of())).ensure();
        assertThat(new Bridge(host, MARK, DEFAULT).observe()).isInstanceOf(Observation.Unknown.class);
        assertThat(new HostFilter(host, MARK, new HostRules(List.of(DEFAULT), List.of())).observe())
                .isInstanceOf(Observation.Unknown.class);
    }

    @Test
    void aMachinesNetworkWithoutItsFilterIsNotWhole() {
        FakeHost host = new FakeHost();
        new Bridge(host, MARK, DEFAULT).ensure();
        MachineNetwork network = new MachineNetwork(host, wiring(true), Optional.empty());
        network.ensure();
        host.packetFilter().deleteTable(Optional.of("sv-12345678"), MachineFilter.FAMILY, MachineFilter.TABLE);
        assertThat(network.observe()).isEqualTo(Observation.PARTIAL);
    }
}
