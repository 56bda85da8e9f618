package io.sistemo.daemon;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Observation;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.claim.Releasable;
import io.sistemo.claim.ResourceKey;
import io.sistemo.daemon.ClaimLoop.Holding;
import io.sistemo.host.ExitWatch;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Resolver;
import io.sistemo.network.ResolverPlace;
import io.sistemo.network.ResolverRemains;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The resolvers of all networks, each a claim. One that cannot be had is said and tried again, and keeps neither the daemon nor
 * machines from starting: guests that boot meanwhile ask the host's own servers.
 */
final class NetworkResolvers {
    private static final Logger LOGGER = System.getLogger(NetworkResolvers.class.getName());
    private static final Owner OWNER = new Owner(OwnerType.HOST, "resolvers");
    private static final Duration BETWEEN_STARTS = Duration.ofMinutes(1);
    private static final int KEPT_LOG_BYTES = 1 << 18;

    private final Database database;
    private final Host host;
    private final String installation;
    private final Supplier<List<String>> servers;
    private final ClaimLoop claims;
    /** By bridge, why there is none, for as long as it is so. */
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    /** Bridges whose resolvers were seen to run. */
    private final Set<String> serving = ConcurrentHashMap.newKeySet();

    private boolean follows;
    private final Map<String, Followed> followed = new HashMap<>();
    /** By bridge, when one was last started again at once. */
    private final Map<String, Long> startedAgainNanos = new HashMap<>();

    /** A resolver whose end is waited for. */
    private record Followed(String bridge, ProcessIdentity process, ExitWatch watch) {}

    /**
     * The resolvers of an installation.
     *
     * @param servers whom they ask for what they do not know; asked for again and again, since hosts move
     */
    NetworkResolvers(Database database, Host host, InstallationId installation, Supplier<List<String>> servers) {
        this.database = database;
        this.host = host;
        this.installation = installation.value();
        this.servers = servers;
        this.claims = new ClaimLoop(database, host);
    }

    /** Makes each network have its resolver, and nothing else have one. To be called when the bridges are there. */
    synchronized void ensure() {
        removeForgotten();
        Map<String, Network> networks = networks();
        for (String bridge : bridges(networks.keySet())) {
            settle(bridge, Optional.ofNullable(networks.get(bridge)));
        }
        follow();
    }

    /** From now on one that ends is started again at once; the reconciler's timer is the second line. */
    synchronized void beginToFollow() {
        follows = true;
        follow();
    }

    /** From now on the end of one is not noticed. */
    synchronized void stopFollowing() {
        follows = false;
        follow();
    }

    private void follow() {
        Map<String, ProcessIdentity> running = new HashMap<>();
        if (follows) {
            claims().stream()
                    .filter(claim -> claim.state() == ClaimState.HELD
                            && serving.contains(claim.key().name()))
                    .forEach(claim -> claim.detail()
                            .ifPresent(detail -> running.put(claim.key().name(), Resolver.process(detail))));
        }
        followed.values().stream()
                .filter(known -> !known.process().equals(running.get(known.bridge())))
                .forEach(known -> known.watch().close());
        followed.values().removeIf(known -> !known.process().equals(running.get(known.bridge())));
        running.forEach((bridge, process) -> {
            if (!followed.containsKey(bridge)) {
                follow(bridge, process);
            }
        });
    }

    private void follow(String bridge, ProcessIdentity process) {
        try {
            ExitWatch watch = host.processes().watch(process, _ -> hasEnded(bridge, process));
            followed.put(bridge, new Followed(bridge, process, watch));
        } catch (HostException e) {
            LOGGER.log(
                    Level.WARNING,
                    "the end of the resolver at {0} is seen by the timer only: {1}",
                    bridge,
                    e.getMessage());
        }
    }

    /** Once in a while at once: one that does not stay is not started again and again. One that was replaced is nobody's loss. */
    private synchronized void hasEnded(String bridge, ProcessIdentity process) {
        Followed known = followed.get(bridge);
        if (known == null || !known.process().equals(process)) {
            return;
        }
        followed.remove(bridge);
        long now = System.nanoTime();
        Long before = startedAgainNanos.get(bridge);
        boolean isAtOnce = before == null || now - before >= BETWEEN_STARTS.toNanos();
        LOGGER.log(
                Level.WARNING,
                "the resolver at {0} has ended; it is started again {1}",
                bridge,
                isAtOnce ? "at once" : "at the next comparison of ledger and host");
        if (!isAtOnce) {
            return;
        }
        startedAgainNanos.put(bridge, now);
        try {
            ensure();
        } catch (HostException | StoreException e) {
            LOGGER.log(Level.WARNING, "the resolver at {0} cannot be started now: {1}", bridge, e.getMessage());
        }
    }

    /** Releases all of them; to be called only when no machine runs. */
    synchronized void release() {
        followed.values().forEach(known -> known.watch().close());
        followed.clear();
        removeForgotten();
        bridges(Set.of()).forEach(bridge -> settle(bridge, Optional.empty()));
    }

    /** Whether the guests of a network can ask its gateway for names, as it was seen last. */
    boolean serves(Network network) {
        return serving.contains(network.bridge());
    }

    /** What is not as it should be, a sentence each. Looks only. */
    List<String> drift() {
        List<String> drift = new ArrayList<>();
        networks().forEach((bridge, network) -> {
            Optional<Claim> claim = claim(bridge);
            Observation seen = observe(resolver(network, claim));
            if (!(seen instanceof Observation.Present)) {
                String why = seen instanceof Observation.Unknown unknown
                        ? unknown.reason()
                        : troubles.getOrDefault(bridge, "it has ended");
                drift.add("nobody answers guests of the network " + network.name() + " that ask for names: " + why);
            }
        });
        return drift;
    }

    /** Their logs never grow without bound, whatever makes them talk. */
    void trimLogs() {
        for (String bridge : networks().keySet()) {
            try {
                host.disks().punchHead(place(bridge).log(), KEPT_LOG_BYTES);
            } catch (HostException e) {
                LOGGER.log(
                        Level.WARNING,
                        "{0} cannot be trimmed: {1}",
                        place(bridge).log(),
                        e.getMessage());
            }
        }
    }

    private ResolverPlace place(String bridge) {
        return new ResolverPlace(installation, bridge);
    }

    private Map<String, Network> networks() {
        Map<String, Network> networks = new LinkedHashMap<>();
        database.read(NetworkTable::all).forEach(network -> networks.put(network.bridge(), network));
        return networks;
    }

    private Set<String> bridges(Set<String> wanted) {
        Set<String> bridges = new TreeSet<>(wanted);
        claims().forEach(claim -> bridges.add(claim.key().name()));
        return bridges;
    }

    private List<Claim> claims() {
        return database.read(connection -> ClaimTable.ofOwner(connection, OWNER));
    }

    private Optional<Claim> claim(String bridge) {
        return claims().stream()
                .filter(claim -> claim.key().name().equals(bridge))
                .findFirst();
    }

    private Resolver resolver(Network network, Optional<Claim> claim) {
        return new Resolver(host, place(network.bridge()), network, servers.get(), claim.flatMap(Claim::detail));
    }

    /** Those that only an older copy of the database knew. */
    private void removeForgotten() {
        Set<String> known = new HashSet<>(networks().keySet());
        claims().forEach(claim -> known.add(claim.key().name()));
        try {
            Set<String> found = host.cgroups().list(ResolverPlace.cgroups(installation)).stream()
                    .filter(bridge -> !known.contains(bridge))
                    .collect(Collectors.toSet());
            found.forEach(bridge -> new ResolverRemains(host, place(bridge)).release());
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "resolvers of networks that are no more: {0}", e.getMessage());
        }
    }

    private void settle(String bridge, Optional<Network> network) {
        // One for all steps: it knows what it has launched before the ledger does.
        Optional<Resolver> resolver = network.map(known -> resolver(known, claim(bridge)));
        ResourceKey key = Resolver.key(bridge);
        try {
            claims.settle(resolver.map(wanted -> new Holding(OWNER, Map.of(key, wanted), Map.of()))
                    .orElseGet(() -> {
                        serving.remove(bridge);
                        return new Holding(OWNER, Map.of(), Map.of(key, new ResolverRemains(host, place(bridge))));
                    }));
            troubles.remove(bridge);
            if (resolver.isPresent()) {
                serving.add(bridge);
            }
        } catch (HostException e) {
            serving.remove(bridge);
            String why = String.valueOf(e.getMessage());
            if (!why.equals(troubles.put(bridge, why))) {
                LOGGER.log(Level.WARNING, "the resolver at {0}: {1}", bridge, why);
            }
        }
    }

    private static Observation observe(Releasable resource) {
        try {
            return resource.observe();
        } catch (HostException e) {
            return new Observation.Unknown(String.valueOf(e.getMessage()));
        }
    }
}
