package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.Observation;
import io.sistemo.host.FakeHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rendered rules: every value in its place, and no more rules for more networks. */
class FilterTest {
    private static final String MARK = "sistemo:0123456789ab";
    private static final Network DEFAULT = new Network("default", "sistemo0", Subnet.parse("10.200.0.0/16"));

    private static MachineWiring wiring(boolean blockSmtp) {
        return new MachineWiring("12345678", DEFAULT, Ipv4.parse("10.200.0.9"), 7, 2222, blockSmtp, MARK);
    }

    @Test
    void networksAreElementsNotRules() {
        FakeHost host = new FakeHost();
        List<Network> many = new ArrayList<>(List.of(DEFAULT));
        for (int i = 1; i < 50; i++) {
            many.add(new Network("n" + i, "br" + i, Subnet.parse("10." + i + ".0.0/16")));
        }
        String one = new HostFilter(host, MARK, List.of(DEFAULT)).render();
        String all = new HostFilter(host, MARK, many).render();
        assertThat(all.lines()).hasSameSizeAs(one.lines().toList());
        assertThat(all)
                .contains(
                        "\"sistemo0\", \"br1\",",
                        "10.200.0.0/16, 10.1.0.0/16",
                        "\"br49\" . \"br49\"",
                        "\"br49\" . 10.49.0.1")
                .doesNotContain("@MARK@", "@BRIDGES@ ", "@NETS@", "@SAME@");
        assertThat(one).contains("comment \"" + MARK + "\"");
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
                        "udp sport 67 counter drop",
                        "ether type != ip counter drop",
                        "comment \"" + MARK + "\"")
                .doesNotContain("@");
        assertThat(MachineFilter.render(wiring(false))).doesNotContain("587").contains("    accept");
    }

    @Test
    void ensuringAndReleasingTwiceIsAsGoodAsOnce() {
        FakeHost host = new FakeHost();
        new Bridge(host, MARK, DEFAULT).ensure();
        new Bridge(host, MARK, DEFAULT).ensure();
        HostFilter filter = new HostFilter(host, MARK, List.of(DEFAULT));
        MachineNetwork network = new MachineNetwork(host, wiring(true), Optional.empty());
        for (int i = 0; i < 2; i++) {
            filter.ensure();
            network.ensure();
            assertThat(filter.observe()).isEqualTo(Observation.PRESENT);
            assertThat(network.observe()).isEqualTo(Observation.PRESENT);
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
    void whatIsAnotherInstallationsIsUnknownToUs() {
        FakeHost host = new FakeHost();
        new Bridge(host, "sistemo:ffffffffffff", DEFAULT).ensure();
        new HostFilter(host, "sistemo:ffffffffffff", List.of(DEFAULT)).ensure();
        assertThat(new Bridge(host, MARK, DEFAULT).observe()).isInstanceOf(Observation.Unknown.class);
        assertThat(new HostFilter(host, MARK, List.of(DEFAULT)).observe()).isInstanceOf(Observation.Unknown.class);
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
