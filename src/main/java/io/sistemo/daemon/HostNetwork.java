package io.sistemo.daemon;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.Owner;
import io.sistemo.claim.Releasable;
import io.sistemo.claim.ResourceKey;
import io.sistemo.daemon.ClaimLoop.Holding;
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

/**
 * What machines share of the host's network: the default bridge and the packet filter, which the host itself holds, the bridges
 * of other networks, each of which its network holds, the resolvers, and what other programs' firewalls need. There while a daemon or
 * a machine runs.
 */
final class HostNetwork implements NetworkUpkeep {
    private static final Logger LOGGER = System.getLogger(HostNetwork.class.getName());

    private final Database database;
    private final Host host;
    private final String mark;
    private final NetworkResolvers resolvers;
    private final OtherFirewalls firewalls;
    private final ClaimLoop claims;

    HostNetwork(Database database, Host host, String mark, NetworkResolvers resolvers) {
        this.database = database;
        this.host = host;
        this.mark = mark;
        this.resolvers = resolvers;
        this.firewalls = new OtherFirewalls(database, host, mark);
        this.claims = new ClaimLoop(database, host);
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

    /**
     * Networks that users made come first: the filter sets something on their bridges too, which a reboot has taken away. Until it
     * is there, nothing is connected to them.
     */
    @Override
    public synchronized void ensure() {
        Holdings holdings = holdings();
        for (Holding network : holdings.networks()) {
            if (!network.wanted().isEmpty()) {
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
        settle(holdings.host());
        resolvers.ensure();
        firewalls.ensure();
    }

    @Override
    public synchronized void ensure(String name) {
        Holdings holdings = holdings();
        for (Holding network : holdings.networks()) {
            if (network.owner().id().equals(name)) {
                if (network.wanted().isEmpty()) {
                    // Its resolver listens at the bridge that is about to go.
                    resolvers.ensure();
                }
                settle(network);
            }
        }
        settle(holdings.host());
        resolvers.ensure();
        firewalls.ensure();
    }

    /**
     * Releases all of it; to be called only when no machine runs.
     *
     * @throws Refusal HOST_UNUSABLE when the host refuses
     */
    synchronized void release() {
        firewalls.release();
        resolvers.release();
        Holdings holdings = holdings();
        for (Holding holding : holdings.all()) {
            settle(holding.withNothingWanted());
        }
    }

    /** What of it is not as the ledger says, a sentence each. Looks only. */
    List<String> drift() {
        List<String> drift = driftOfBridgesAndFilter();
        drift.addAll(resolvers.drift());
        return drift;
    }

    /** What other programs' firewalls keep machines from, and what to do. Looks only. */
    List<FirewallTrouble> firewallTroubles() {
        return firewalls.troubles();
    }

    private List<String> driftOfBridgesAndFilter() {
        List<String> drift = new ArrayList<>();
        for (Holding holding : holdings().all()) {
            for (Claim claim : claims.claims(holding)) {
                if (claim.state() != ClaimState.HELD) {
                    // It is being made or removed.
                    continue;
                }
                String noun = claim.kind() == ClaimKind.BRIDGE ? "the bridge " : "the nftables table ";
                Releasable thing = holding.thing(claim.key()).orElseThrow();
                switch (ClaimLoop.observe(claim, thing)) {
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
        boolean isWhole = drift.isEmpty() && firewalls.isSettled();
        if (!isWhole) {
            ensure();
        }
        return !isWhole;
    }

    /** From now on a resolver that ends is started again at once. */
    void followResolvers() {
        resolvers.beginToFollow();
    }

    /** From now on the end of a resolver is not noticed. */
    void stopFollowingResolvers() {
        resolvers.stopFollowing();
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
            Map<ResourceKey, HostResource> one = Map.of(bridge.key(), bridge);
            Owner owner = details.network().owner();
            if (!details.network().isNamed()) {
                ofHost.putAll(one);
            } else if (details.doomed()) {
                networks.add(new Holding(owner, Map.of(), one));
            } else {
                networks.add(new Holding(owner, one, Map.of()));
            }
        }
        HostResource filter = new HostFilter(host, mark, read.rules());
        ofHost.put(filter.key(), filter);
        return new Holdings(new Holding(Owner.HOST, ofHost, Map.of()), List.copyOf(networks));
    }

    private void settle(Holding holding) {
        try {
            claims.settle(holding);
        } catch (ClaimLoop.Blocked e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE,
                    "The host's network cannot be set up: " + e.getMessage()
                            + ". Remove it, or run this daemon on a host of its own.",
                    e);
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "The host's network cannot be set up: " + e.getMessage() + ".", e);
        }
    }
}
