package io.sistemo.host;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Ports in memory: nobody listens but whom a test has put there. */
final class FakePorts implements Ports {
    /** The one address that the host has beside 127.0.0.0/8; of RFC 5737, so that no host has it by chance. */
    static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

    private final FakeState state;

    FakePorts(FakeState state) {
        this.state = state;
    }

    @Override
    public List<PortHolder> holders(Transport transport, int port) {
        synchronized (state) {
            return Optional.ofNullable(state.holders.get(transport + " " + port)).stream()
                    .toList();
        }
    }

    @Override
    public boolean isOfHost(InetAddress address) {
        return address.isLoopbackAddress() || address.equals(ADDRESS);
    }
}
