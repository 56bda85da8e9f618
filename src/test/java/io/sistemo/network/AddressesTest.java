package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and subnets: what is understood, and what is refused. */
class AddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.200.0.1", "255.255.255.255", "1.2.3.4"})
    void anAddressIsPrintedAsItWasRead(String text) {
        assertThat(Ipv4.parse(text)).hasToString(text);
        assertThat(Ipv4.parse(text).toInetAddress().getHostAddress()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.-4",
                "1.2.3.4 ",
                "a.b.c.d",
                "::1",
                "1..3.4",
                "1.2.3.4/8",
                "٣.2.3.4",
                "1.2.3.1000"
            })
    void anythingElseIsNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ipv4.parse(text));
    }

    @Test
    void hardwareAddressesAreLocalAndFollowTheAddress() {
        assertThat(Ipv4.parse("10.200.255.7").macAddress()).isEqualTo("52:54:0a:c8:ff:07");
    }

    @Test
    void aSubnetHasAGatewayAndMachines() {
        Subnet subnet = Subnet.parse("192.168.7.8/29");
        assertThat(subnet.gateway()).hasToString("192.168.7.9");
        assertThat(subnet.firstMachine()).hasToString("192.168.7.10");
        assertThat(subnet.lastMachine()).hasToString("192.168.7.14");
        assertThat(Subnet.parse("10.0.0.0/8").lastMachine()).hasToString("10.255.255.254");
        assertThat(subnet).hasToString("192.168.7.8/29");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/7",
                "10.0.0.0/30",
                "10.0.0.1/24",
                "10.0.0.0/-8",
                "10.0.0.0/8/8",
                "10.0.0/8",
                "10.0.0.0/ 8",
                "10.0.0.0/999"
            })
    void anythingElseIsNoSubnet(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Subnet.parse(text));
    }
}
