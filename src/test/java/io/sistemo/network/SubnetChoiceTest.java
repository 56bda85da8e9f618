package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.RouteFacts;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses and names a new network can have. */
class SubnetChoiceTest {
    private static final Network DEFAULT = network(Network.DEFAULT, Network.DEFAULT_BRIDGE, "10.200.0.0/16");
    private static final List<RouteFacts> ROUTES = List.of(
            new RouteFacts("0.0.0.0", 1, "tun0"),
            new RouteFacts("128.0.0.0", 1, "tun0"),
            new RouteFacts("127.0.0.1", 8, "lo"),
            new RouteFacts("10.200.0.1", 16, Network.DEFAULT_BRIDGE),
            new RouteFacts("192.168.7.9", 24, "eth0"),
            new RouteFacts("10.203.0.0", 16, "docker0"),
            new RouteFacts("10.220.3.3", 32, ""));

    private static Network network(String name, String bridge, String subnet) {
        return new Network(name, bridge, Subnet.parse(subnet));
    }

    private static SubnetChoice choice(Network... more) {
        List<Network> networks = new ArrayList<>(List.of(DEFAULT));
        networks.addAll(List.of(more));
        return new SubnetChoice(networks, ROUTES);
    }

    private static void refused(RefusalCode code, Runnable request, String... words) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(request::run).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.sentence()).contains(words).doesNotContain("\n", "null");
        });
    }

    @Test
    void theFirstThatNobodyHasAPartOfIsTaken() {
        assertThat(choice().free()).hasToString("10.201.0.0/24");
        assertThat(choice(network("a", "br-a", "10.201.0.128/25")).free()).hasToString("10.202.0.0/24");
        assertThat(choice(network("a", "br-a", "10.201.0.0/16"), network("b", "br-b", "10.202.0.0/24"))
                        .free())
                .hasToString("10.204.0.0/24");
        assertThat(new SubnetChoice(List.of(), List.of()).free()).hasToString("10.201.0.0/24");
    }

    @Test
    void afterTheLastOneThoseWithAnotherThirdNumberFollow() {
        List<Network> networks = new ArrayList<>();
        for (int second = 201; second <= 254; second++) {
            networks.add(network("n" + second, "br-" + second, "10." + second + ".0.0/24"));
        }
        assertThat(new SubnetChoice(networks, List.of()).free()).hasToString("10.201.1.0/24");
        refused(
                RefusalCode.IMPOSSIBLE,
                () -> new SubnetChoice(List.of(), List.of(new RouteFacts("10.0.0.0", 8, "tun0"))).free(),
                "--subnet");
    }

    @ParameterizedTest
    @CsvSource({
        "10.200.4.0/24, the network default",
        "10.0.0.0/8, the network default",
        "192.168.0.0/16, eth0",
        "192.168.7.0/24, eth0",
        "10.203.9.0/24, docker0",
        "10.220.3.0/29, by a route"
    })
    void whatSomebodyHasAPartOfIsRefusedNamingWho(String asked, String who) {
        refused(RefusalCode.IN_USE, () -> choice().require(asked), asked, who);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.201.0.0/33",
                "10.201.0.0/32",
                "10.201.0.0/31",
                "10.201.0.0/30",
                "0.0.0.0/0",
                "10.0.0.0/7",
                "10.201.0.1/24",
                "10.201.0.0",
                "10.201.0.0/",
                "10.201.0/24",
                "10.201.0.256/24",
                "10.201.0.0/24/24",
                "fd00::/64",
                "",
                "-1",
                "10.201.0.0/24\n"
            })
    void whatIsNoSubnetIsRefused(String asked) {
        refused(RefusalCode.BAD_INPUT, () -> choice().require(asked), "The subnet '");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.0/8", "127.5.0.0/24", "169.254.7.0/24", "224.0.0.0/8", "255.255.255.0/24", "0.1.0.0/16"
            })
    void whatNoMachineCanHaveIsRefused(String asked) {
        refused(RefusalCode.BAD_INPUT, () -> choice().require(asked), asked, "Machines cannot have");
    }

    @Test
    void aFreeOneIsTakenAsAsked() {
        assertThat(choice().require("192.168.8.0/29")).hasToString("192.168.8.0/29");
        assertThat(choice().require("172.16.0.0/12")).hasToString("172.16.0.0/12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "_a", "a b", "a.b", "..", "a/b", "netzwörk", "网络", "a\n", "thirteenchars"})
    void namesThatCannotBeAreRefused(String name) {
        refused(RefusalCode.BAD_INPUT, () -> NetworkNames.require(name, Optional.empty(), DEFAULT.subnet()), "name");
    }

    @Test
    void theBridgeIsNamedAfterTheNetworkOrAsAsked() {
        assertThat(NetworkNames.require("twelve-chars", Optional.empty(), DEFAULT.subnet())
                        .bridge())
                .isEqualTo("br-twelve-chars")
                .hasSize(15);
        String longName = "a-name-too-long-for-a-link";
        refused(
                RefusalCode.BAD_INPUT,
                () -> NetworkNames.require(longName, Optional.empty(), DEFAULT.subnet()),
                "at most 12",
                longName);
        assertThat(NetworkNames.require(longName, Optional.of("br9"), DEFAULT.subnet())
                        .bridge())
                .isEqualTo("br9");
        for (String bridge : List.of("sv-00000000", "sistemo7", "sixteen-letters-", "a.b", "", "brücke")) {
            refused(
                    RefusalCode.BAD_INPUT,
                    () -> NetworkNames.require("a", Optional.of(bridge), DEFAULT.subnet()),
                    "A bridge cannot be called");
        }
    }
}
