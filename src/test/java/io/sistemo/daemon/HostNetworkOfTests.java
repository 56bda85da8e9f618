package io.sistemo.daemon;

import io.sistemo.host.Host;
import io.sistemo.network.NetworkUpkeep;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.util.List;

/** The host's part of the network as a daemon makes and releases it, for tests outside this package. */
public final class HostNetworkOfTests implements NetworkUpkeep {
    private final HostNetwork network;

    /** That of one daemon. */
    public HostNetworkOfTests(Database database, Host host, InstallationId installation) {
        network = new HostNetwork(
                database,
                host,
                installation.mark(),
                new NetworkResolvers(database, host, installation, () -> List.of("192.0.2.53")));
    }

    @Override
    public void ensure() {
        network.ensure();
    }

    @Override
    public void ensure(String name) {
        network.ensure(name);
    }

    /** What a daemon does last when no machine runs. */
    public void release() {
        network.release();
    }
}
