package io.sistemo.daemon;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimPlanner;
import io.sistemo.claim.ClaimStep;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ObservedClaim;
import io.sistemo.claim.Owner;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.network.Bridge;
import io.sistemo.network.HostFilter;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Subnet;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the host itself holds: the bridges, the packet filter and the resolvers. There while a daemon or a machine runs. */
final class HostNetwork {
    /** More than any plan needs; a loop that does not settle is a defect and must not spin. */
    private static final int MOST_STEPS = 100;

    private final Database database;
    private final Host host;
    private final String mark;
    private final NetworkResolvers resolvers;

    HostNetwork(Database database, Host host, String mark, NetworkResolvers resolvers) {
        this.database = database;
        this.host = host;
        this.mark = mark;
        this.resolvers = resolvers;
    }

    /**
     * Makes the default network's row, or gives it another subnet.
     *
     * @throws Refusal IN_USE when machines have addresses in the old one
     */
    static void configure(Database database, Subnet subnet) {
        database.write(connection -> {
            Optional<Network> known = NetworkTable.find(connection, Network.DEFAULT);
            if (known.isEmpty()) {
                NetworkTable.insert(connection, new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, subnet));
            } else if (!known.get().subnet().equals(subnet)) {
                change(connection, known.get(), subnet);
            }
            return Boolean.TRUE;
        });
    }

    private static void change(Connection connection, Network known, Subnet subnet) throws SQLException {
        long leases = LeaseTable.count(connection, known.name());
        if (leases > 0) {
            throw new Refusal(
                    RefusalCode.IN_USE,
                    "bridge_subnet cannot become " + subnet + " while " + leases + " machines have addresses in "
                            + known.subnet() + ": delete them, or set it back.");
        }
        NetworkTable.changeSubnet(connection, known.name(), subnet);
    }

    /**
     * Makes bridges and filter be there, and whole.
     *
     * @throws Refusal HOST_UNUSABLE when the host refuses, or something that is not ours has one of the names
     */
    synchronized void ensure() {
        settle(resources());
        resolvers.ensure();
    }

    /**
     * Releases all of it; to be called only when no machine runs.
     *
     * @throws Refusal HOST_UNUSABLE when the host refuses
     */
    synchronized void release() {
        resolvers.release();
        settle(Map.of());
    }

    /** What of it is not as the ledger says, a sentence each. Looks only. */
    List<String> drift() {
        Map<ResourceKey, HostResource> known = resources();
        List<String> drift = new ArrayList<>();
        for (Claim claim : database.read(connection -> ClaimTable.ofOwner(connection, Owner.HOST))) {
            String noun = claim.kind() == ClaimKind.BRIDGE ? "the bridge " : "the nftables table ";
            switch (observe(resource(claim, known))) {
                case Observation.Present _ -> {
                    // As it should be.
                }
                case Observation.Partial _ -> drift.add(noun + claim.key().name() + " is not whole");
                case Observation.Absent _ -> drift.add(noun + claim.key().name() + " is gone");
                case Observation.Unknown unknown -> drift.add(unknown.reason());
            }
        }
        drift.addAll(resolvers.drift());
        return drift;
    }

    private Map<ResourceKey, HostResource> resources() {
        Map<ResourceKey, HostResource> resources = new LinkedHashMap<>();
        List<Network> networks = database.read(NetworkTable::all);
        for (Network network : networks) {
            HostResource bridge = new Bridge(host, mark, network);
            resources.put(bridge.key(), bridge);
        }
        HostResource filter = new HostFilter(host, mark, networks);
        resources.put(filter.key(), filter);
        return resources;
    }

    private void settle(Map<ResourceKey, HostResource> wanted) {
        Map<ResourceKey, HostResource> known = resources();
        for (int step = 0; step < MOST_STEPS; step++) {
            if (settled(wanted.keySet(), known)) {
                return;
            }
        }
        throw new Refusal(RefusalCode.HOST_UNUSABLE, "The host's network does not settle: see the log.");
    }

    private boolean settled(Set<ResourceKey> wanted, Map<ResourceKey, HostResource> known) {
        String bootId = host.bootId().value();
        List<ObservedClaim> claims = database.read(connection -> ClaimTable.ofOwner(connection, Owner.HOST)).stream()
                .map(claim -> new ObservedClaim(claim, observe(resource(claim, known))))
                .toList();
        try {
            return carryOut(ClaimPlanner.next(wanted, claims, bootId), known, bootId);
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "The host's network cannot be set up: " + e.getMessage() + ".", e);
        }
    }

    private static Observation observe(HostResource resource) {
        try {
            return resource.observe();
        } catch (HostException e) {
            return new Observation.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static HostResource resource(Claim claim, Map<ResourceKey, HostResource> known) {
        return Optional.ofNullable(known.get(claim.key()))
                .orElseThrow(() -> new IllegalStateException("the host holds an unknown thing: " + claim.key()));
    }

    private boolean carryOut(ClaimStep step, Map<ResourceKey, HostResource> known, String bootId) {
        switch (step) {
            case ClaimStep.Intend intend ->
                commit(connection -> {
                    for (ResourceKey key : intend.keys()) {
                        ClaimTable.intend(connection, Owner.HOST, key, bootId, Optional.empty());
                    }
                });
            case ClaimStep.Ensure ensure -> resource(ensure.claim(), known).ensure();
            case ClaimStep.Confirm confirm ->
                commit(connection -> {
                    for (ObservedClaim observed : confirm.claims()) {
                        ClaimTable.confirm(connection, observed.claim(), Optional.empty());
                    }
                });
            case ClaimStep.MarkReleasing mark ->
                commit(connection -> {
                    for (Claim claim : mark.claims()) {
                        ClaimTable.markReleasing(connection, claim);
                    }
                });
            case ClaimStep.Release release -> resource(release.claim(), known).release();
            case ClaimStep.Forget forget ->
                commit(connection -> {
                    for (Claim claim : forget.claims()) {
                        ClaimTable.forget(connection, claim);
                    }
                });
            case ClaimStep.Lost lost -> commit(connection -> ClaimTable.reinstate(connection, lost.claim()));
            case ClaimStep.Blocked blocked ->
                throw new Refusal(
                        RefusalCode.HOST_UNUSABLE,
                        "The host's network cannot be set up: " + blocked.reason()
                                + ". Remove it, or run this daemon on a host of its own.");
            case ClaimStep.Settled settled -> {
                return true;
            }
        }
        return false;
    }

    /** Changes some rows. */
    private interface Change {
        void make(Connection connection) throws SQLException;
    }

    private void commit(Change change) {
        database.write(connection -> {
            change.make(connection);
            return Boolean.TRUE;
        });
    }
}
