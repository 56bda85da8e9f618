package io.sistemo.daemon;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimPlanner;
import io.sistemo.claim.ClaimState;
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
import io.sistemo.network.HostRules;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkDetails;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.NetworkUpkeep;
import io.sistemo.network.Subnet;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.Database;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What machines share of the host's network: the default bridge and the packet filter, which the host itself holds, the bridges
 * of other networks, each of which its network holds, and the resolvers. There while a daemon or a machine runs.
 */
final class HostNetwork implements NetworkUpkeep {
    /** More than any plan needs; a loop that does not settle is a defect and must not spin. */
    private static final int MOST_STEPS = 100;

    private static final Logger LOGGER = System.getLogger(HostNetwork.class.getName());

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
     * @throws Refusal IN_USE when machines have addresses in the old one, or a network that users made has a part of the new one
     */
    static void configure(Database database, Subnet subnet) {
        database.write(connection -> {
            Optional<Network> known = NetworkTable.find(connection, Network.DEFAULT);
            if (known.isEmpty()) {
                requireApart(connection, subnet);
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
        requireApart(connection, subnet);
        NetworkTable.changeSubnet(connection, known.name(), subnet);
    }

    private static void requireApart(Connection connection, Subnet subnet) throws SQLException {
        for (Network other : NetworkTable.all(connection)) {
            if (other.isNamed() && other.subnet().overlaps(subnet)) {
                throw new Refusal(
                        RefusalCode.IN_USE,
                        "bridge_subnet cannot become " + subnet + ", which overlaps with the network " + other.name()
                                + " of " + other.subnet() + ": choose another one, or delete that network.");
            }
        }
    }

    /** What one owner holds: the host itself, or a network that users made. */
    private record Holding(Owner owner, Map<ResourceKey, HostResource> things, boolean isWanted) {}

    @Override
    public synchronized void ensure() {
        Holdings holdings = holdings();
        settle(holdings.host());
        for (Holding network : holdings.networks()) {
            if (network.isWanted()) {
                try {
                    settle(network);
                } catch (Refusal e) {
                    LOGGER.log(
                            Level.WARNING,
                            "the network {0}: {1}",
                            network.owner().id(),
                            e.sentence());
                }
            }
        }
        resolvers.ensure();
    }

    @Override
    public synchronized void ensure(String name) {
        Holdings holdings = holdings();
        for (Holding network : holdings.networks()) {
            if (network.owner().id().equals(name)) {
                if (!network.isWanted()) {
                    // Its resolver listens at the bridge that is about to go.
                    resolvers.ensure();
                }
                settle(network);
            }
        }
        settle(holdings.host());
        resolvers.ensure();
    }

    /**
     * Releases all of it; to be called only when no machine runs.
     *
     * @throws Refusal HOST_UNUSABLE when the host refuses
     */
    synchronized void release() {
        resolvers.release();
        Holdings holdings = holdings();
        for (Holding holding : holdings.all()) {
            settle(new Holding(holding.owner(), holding.things(), false));
        }
    }

    /** What of it is not as the ledger says, a sentence each. Looks only. */
    List<String> drift() {
        List<String> drift = driftOfBridgesAndFilter();
        drift.addAll(resolvers.drift());
        return drift;
    }

    private List<String> driftOfBridgesAndFilter() {
        List<String> drift = new ArrayList<>();
        for (Holding holding : holdings().all()) {
            for (Claim claim : claims(holding)) {
                if (claim.state() != ClaimState.HELD) {
                    // It is being made or removed.
                    continue;
                }
                String noun = claim.kind() == ClaimKind.BRIDGE ? "the bridge " : "the nftables table ";
                switch (observe(claim, resource(claim, holding.things()))) {
                    case Observation.Present _ -> {
                        // As it should be.
                    }
                    case Observation.Partial _ -> drift.add(noun + claim.key().name() + " is not whole");
                    case Observation.Absent _ -> drift.add(noun + claim.key().name() + " is gone");
                    case Observation.Unknown unknown -> drift.add(unknown.reason());
                }
            }
        }
        return drift;
    }

    /**
     * Makes whole what another program has changed, if it has.
     *
     * @return whether something was not as it should be
     * @throws Refusal as {@link #ensure()}
     */
    synchronized boolean repair() {
        List<String> drift = driftOfBridgesAndFilter();
        drift.forEach(sentence -> LOGGER.log(Level.WARNING, "{0}; it is being repaired", sentence));
        if (!drift.isEmpty()) {
            ensure();
        }
        return !drift.isEmpty();
    }

    /** Who holds what, as the rows say now. */
    private record Holdings(Holding host, List<Holding> networks) {
        List<Holding> all() {
            List<Holding> all = new ArrayList<>(networks);
            all.add(host);
            return all;
        }
    }

    private Holdings holdings() {
        record Read(HostRules rules, List<NetworkDetails> networks) {}
        Read read = database.read(connection -> new Read(HostRules.read(connection), NetworkTable.rows(connection)));
        Map<ResourceKey, HostResource> ofHost = new LinkedHashMap<>();
        List<Holding> networks = new ArrayList<>();
        for (NetworkDetails details : read.networks()) {
            HostResource bridge = new Bridge(host, mark, details.network());
            if (details.network().isNamed()) {
                networks.add(new Holding(details.network().owner(), Map.of(bridge.key(), bridge), !details.doomed()));
            } else {
                ofHost.put(bridge.key(), bridge);
            }
        }
        HostResource filter = new HostFilter(host, mark, read.rules());
        ofHost.put(filter.key(), filter);
        return new Holdings(new Holding(Owner.HOST, ofHost, true), List.copyOf(networks));
    }

    private List<Claim> claims(Holding holding) {
        return database.read(connection -> ClaimTable.ofOwner(connection, holding.owner()));
    }

    private void settle(Holding holding) {
        try {
            for (int step = 0; step < MOST_STEPS; step++) {
                if (settled(holding)) {
                    return;
                }
            }
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "The host's network cannot be set up: " + e.getMessage() + ".", e);
        }
        throw new Refusal(RefusalCode.HOST_UNUSABLE, "The host's network does not settle: see the log.");
    }

    private boolean settled(Holding holding) {
        String bootId = host.bootId().value();
        List<ObservedClaim> claims = claims(holding).stream()
                .map(claim -> new ObservedClaim(claim, observe(claim, resource(claim, holding.things()))))
                .toList();
        Set<ResourceKey> wanted = holding.isWanted() ? holding.things().keySet() : Set.of();
        return carryOut(ClaimPlanner.next(wanted, claims, bootId), holding, bootId);
    }

    /** What is held, and has another content than when it was made, is not whole: somebody has changed it. */
    private static Observation observe(Claim claim, HostResource resource) {
        try {
            Observation seen = resource.observe();
            boolean isChanged = claim.state() == ClaimState.HELD
                    && claim.detail().isPresent()
                    && seen instanceof Observation.Present present
                    && !present.detail().equals(claim.detail());
            return isChanged ? Observation.PARTIAL : seen;
        } catch (HostException e) {
            return new Observation.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> detail(Observation observation) {
        return observation instanceof Observation.Present present ? present.detail() : Optional.empty();
    }

    private static HostResource resource(Claim claim, Map<ResourceKey, HostResource> known) {
        return Optional.ofNullable(known.get(claim.key()))
                .orElseThrow(() -> new IllegalStateException("the host holds an unknown thing: " + claim.key()));
    }

    private boolean carryOut(ClaimStep step, Holding holding, String bootId) {
        switch (step) {
            case ClaimStep.Intend intend ->
                commit(connection -> {
                    for (ResourceKey key : intend.keys()) {
                        ClaimTable.intend(connection, holding.owner(), key, bootId, Optional.empty());
                    }
                });
            case ClaimStep.Ensure ensure ->
                resource(ensure.claim(), holding.things()).ensure();
            case ClaimStep.Confirm confirm ->
                commit(connection -> {
                    for (ObservedClaim observed : confirm.claims()) {
                        ClaimTable.confirm(connection, observed.claim(), detail(observed.observation()));
                    }
                });
            case ClaimStep.MarkReleasing mark ->
                commit(connection -> {
                    for (Claim claim : mark.claims()) {
                        ClaimTable.markReleasing(connection, claim);
                    }
                });
            case ClaimStep.Release release ->
                resource(release.claim(), holding.things()).release();
            case ClaimStep.Forget forget ->
                commit(connection -> {
                    for (Claim claim : forget.claims()) {
                        ClaimTable.forget(connection, claim);
                    }
                });
            case ClaimStep.Lost lost -> {
                // Before its claim forgets what it was: one that somebody has changed would be taken for a new one that
                // is whole.
                resource(lost.claim(), holding.things()).ensure();
                commit(connection -> ClaimTable.reinstate(connection, lost.claim()));
            }
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
