package io.sistemo.machine;

import io.sistemo.guest.Guests;
import io.sistemo.host.CallListener;
import io.sistemo.host.Host;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.Vmm;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Where daemons of a test run: a host, fake or real, and the guests that run on it. */
interface WorldHost {
    /** The host as one daemon sees it, with a listener around each of its calls. */
    Host seenBy(CallListener listener);

    /** Who answers for guests. */
    Guests guests();

    /** From now on the machine of that cgroup is who answers at an address. */
    void boots(InetAddress address, String cgroup);

    /** The daemons' data directory. */
    DataDirectory directory();

    /** When what ended by itself is started again. */
    default RestartRules restarts() {
        return WorldDaemon.RESTARTS;
    }

    /** How many machines of one network may run. */
    default int bridgePorts() {
        return BridgePorts.MOST;
    }

    /** A program that stands in for a VMM. */
    List<String> vmmCommand();

    /** What runs its machines, if it is something else than that program. */
    default Optional<Vmm> vmm() {
        return Optional.empty();
    }
}
