package io.sistemo.daemon;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.PacketFilter;
import io.sistemo.operation.Refusal;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Repairs the host's network as soon as another program has changed the packet filter, as {@code nft flush ruleset} or a reload of
 * firewalld does. The kernel tells changes of our own as well: then all is found as it should be, and nothing is changed, so that
 * nothing follows from a repair. For as long as it listens, resolvers that end are started again too. The reconciler's timer is the
 * second line.
 */
final class FilterRepair {
    private static final Logger LOGGER = System.getLogger(FilterRepair.class.getName());

    private FilterRepair() {}

    /**
     * Begins to listen, and to follow the resolvers; when the kernel does not let us, the timer is the only line.
     *
     * @param onRepair called after each repair
     */
    static PacketFilter.Watch begin(Host host, HostNetwork network, Runnable onRepair) {
        PacketFilter.Watch watch = watch(host, network, onRepair);
        network.followResolvers();
        return () -> {
            watch.close();
            network.stopFollowingResolvers();
        };
    }

    private static PacketFilter.Watch watch(Host host, HostNetwork network, Runnable onRepair) {
        try {
            return host.packetFilter().watch(() -> repair(network, onRepair));
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "changes of the packet filter are seen by the timer only: {0}", e.getMessage());
            return () -> {};
        }
    }

    private static void repair(HostNetwork network, Runnable onRepair) {
        try {
            if (network.repair()) {
                onRepair.run();
            }
        } catch (Refusal | HostException | StoreException e) {
            LOGGER.log(Level.WARNING, "the host''s network cannot be repaired now: {0}", e.getMessage());
        } catch (RuntimeException e) {
            // A defect of ours, which must not end the listening for good.
            LOGGER.log(Level.ERROR, "the repair of the host's network", e);
        }
    }
}
