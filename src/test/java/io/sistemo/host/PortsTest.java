package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Who holds a port of this computer, as the kernel says it of this test's own sockets. */
class PortsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private final Ports ports = new LinuxPorts();

    @Test
    void whoListensIsFoundWithItsProgram() throws IOException {
        for (String address : List.of("127.0.0.1", "::1")) {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
                assertThat(ports.holders(Ports.Transport.TCP, server.getLocalPort()))
                        .singleElement()
                        .satisfies(holder -> {
                            assertThat(holder.address()).isEqualTo(server.getInetAddress());
                            assertThat(holder.pid())
                                    .isEqualTo(OptionalLong.of(
                                            ProcessHandle.current().pid()));
                            assertThat(holder.program()).contains("java");
                        });
                assertThat(ports.holders(Ports.Transport.UDP, server.getLocalPort()))
                        .isEmpty();
            }
        }
    }

    @Test
    void onlyWhatTakesFromAnybodyHoldsAPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
                Socket client = new Socket(LOOPBACK, server.getLocalPort());
                DatagramSocket open = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
                DatagramSocket bound = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            bound.connect(open.getLocalSocketAddress());
            assertThat(ports.holders(Ports.Transport.TCP, client.getLocalPort()))
                    .isEmpty();
            assertThat(ports.holders(Ports.Transport.UDP, open.getLocalPort())).hasSize(1);
            assertThat(ports.holders(Ports.Transport.UDP, bound.getLocalPort())).isEmpty();
        }
    }

    @Test
    void theHostsOwnAddressesAreKnown() {
        assertThat(ports.isOfHost(LOOPBACK)).isTrue();
        assertThat(ports.isOfHost(InetAddress.ofLiteral("127.9.9.9"))).isTrue();
        assertThat(ports.isOfHost(InetAddress.ofLiteral("192.0.2.77"))).isFalse();
    }
}
