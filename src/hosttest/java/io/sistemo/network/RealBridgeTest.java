package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.Host;
import io.sistemo.host.LinkCommand;
import io.sistemo.host.PrivateHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bridge as guests see it. */
@Tag("hosttest")
class RealBridgeTest {
    private static final Network NETWORK = new Network("contract", "contract1", Subnet.parse("10.201.0.0/24"));
    private static final String NAMESPACE = "sv-0b0b0b0b";
    private static final String MARK = "sistemo:test";

    @TempDir
    Path runDirectory;

    /** By itself a bridge takes the lowest hardware address among its ports, and guests keep sending to the last one. */
    @Test
    void theGatewayKeepsItsHardwareAddressAsMachinesComeAndGo() {
        Host host = PrivateHost.open(runDirectory);
        Bridge bridge = new Bridge(host, MARK, NETWORK);
        bridge.ensure();
        try {
            assertThat(hardwareAddress(host)).isEqualTo("52:54:0a:c9:00:01");
            host.namespaces().add(NAMESPACE);
            host.links()
                    .apply(
                            Optional.empty(),
                            List.of(
                                    new LinkCommand.AddVeth("contractport", "eth0", NAMESPACE, MARK),
                                    new LinkCommand.SetMac("contractport", "02:00:00:00:00:01"),
                                    new LinkCommand.SetMaster("contractport", NETWORK.bridge()),
                                    new LinkCommand.SetUp("contractport")));
            assertThat(hardwareAddress(host)).isEqualTo("52:54:0a:c9:00:01");
            bridge.ensure();
            assertThat(hardwareAddress(host)).isEqualTo("52:54:0a:c9:00:01");
        } finally {
            host.namespaces().delete(NAMESPACE);
            bridge.release();
        }
    }

    private static String hardwareAddress(Host host) {
        return host.links()
                .find(Optional.empty(), NETWORK.bridge())
                .orElseThrow()
                .mac();
    }
}
