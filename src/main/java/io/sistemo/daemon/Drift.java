package io.sistemo.daemon;

import io.sistemo.host.HostException;
import io.sistemo.machine.Machines;
import io.sistemo.operation.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Where the ledger and the host disagree. Looks only. */
final class Drift {
    private final HostNetwork network;
    private final Machines machines;
    private final UnknownRemains remains;

    Drift(HostNetwork network, Machines machines, UnknownRemains remains) {
        this.network = network;
        this.machines = machines;
        this.remains = remains;
    }

    /** A sentence for each disagreement. */
    List<String> find() {
        List<String> drift = new ArrayList<>();
        try {
            drift.addAll(network.drift());
            drift.addAll(machines.drift());
            drift.addAll(remains.findBesidesVolumes());
        } catch (HostException | Refusal e) {
            drift.add("the host cannot be observed: " + e.getMessage());
        }
        return List.copyOf(drift);
    }

    /** What other programs' firewalls keep machines from. */
    List<FirewallTrouble> firewalls() {
        try {
            return network.firewallTroubles();
        } catch (HostException e) {
            return List.of(new FirewallTrouble(
                    "the packet filter cannot be looked at: " + e.getMessage(), "look at the daemon's log"));
        }
    }
}
