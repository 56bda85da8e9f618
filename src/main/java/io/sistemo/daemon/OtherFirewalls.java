package io.sistemo.daemon;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.claim.ResourceKey;
import io.sistemo.daemon.ClaimLoop.Holding;
import io.sistemo.host.AcceptRule;
import io.sistemo.host.ChainFacts;
import io.sistemo.host.ChainFacts.Hook;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.network.FirewallRule;
import io.sistemo.network.HostFilter;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.store.Database;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gets along with what other programs have put into the packet filter. A packet passes only when every table lets it, so where
 * Docker or ufw drops what nobody decided about, one rule of ours at the end of their chain accepts what our own table let pass. Each
 * such rule is a claim. What cannot be helped by such a rule is told, and keeps neither the daemon nor machines from starting.
 */
final class OtherFirewalls {
    private static final Logger LOGGER = System.getLogger(OtherFirewalls.class.getName());
    private static final Owner OWNER = new Owner(OwnerType.HOST, "other firewalls");

    private static final String IPTABLES = "iptables-nft";
    private static final String INPUT = "INPUT";
    private static final String FORWARD = "FORWARD";
    /** Docker sets the policy of FORWARD and puts its own rules first; there is no chain of its own after those. */
    private static final String DOCKER = "DOCKER-USER";
    /** Those of ufw that come after its users' rules. */
    private static final Map<String, Hook> OF_UFW =
            Map.of("ufw-after-forward", Hook.FORWARD, "ufw-after-input", Hook.INPUT);

    private static final String FIREWALLD = "firewalld";

    private final Database database;
    private final Host host;
    private final String mark;
    private final ClaimLoop claims;
    /** By chain, why our rule is not there, for as long as it is so. */
    private volatile Map<String, String> troubles = Map.of();
    /** The chains that there were after that. */
    private volatile List<ChainFacts> chainsOfTroubles = List.of();

    OtherFirewalls(Database database, Host host, String mark) {
        this.database = database;
        this.host = host;
        this.mark = mark;
        this.claims = new ClaimLoop(database, host);
    }

    /** Makes our rules be where they are needed now, and nowhere else. */
    synchronized void ensure() {
        try {
            settle(needed(host.packetFilter().chains()));
        } catch (HostException e) {
            fail("any chain", e);
        }
    }

    /** Takes them away; to be called only when no machine runs. */
    synchronized void release() {
        settle(Set.of());
    }

    /**
     * Whether they are where they are needed, and nowhere else. One that was refused is the timer's for as long as the chains are
     * the same, or each event would ask again.
     */
    boolean isSettled() {
        List<ChainFacts> chains = host.packetFilter().chains();
        Set<String> needed = needed(chains);
        Set<String> refused = chains.equals(chainsOfTroubles) ? troubles.keySet() : Set.of();
        Map<String, ClaimState> held = held();
        Set<String> all = new TreeSet<>(held.keySet());
        all.addAll(needed);
        return all.stream()
                .filter(chain -> !refused.contains(chain))
                .allMatch(chain -> needed.contains(chain) && held.get(chain) == ClaimState.HELD && isInPlace(chain));
    }

    private boolean isInPlace(String chain) {
        return new FirewallRule(host, chain, mark).isInPlace();
    }

    private Map<String, ClaimState> held() {
        return database.read(connection -> ClaimTable.ofOwner(connection, OWNER)).stream()
                .collect(Collectors.toMap(claim -> claim.key().name(), Claim::state));
    }

    /** Each for itself: where one chain refuses, the others are not given up. */
    private void settle(Set<String> needed) {
        Map<String, String> failed = new LinkedHashMap<>();
        Set<String> all = new TreeSet<>(held().keySet());
        all.addAll(needed);
        for (String chain : all) {
            FirewallRule rule = new FirewallRule(host, chain, mark);
            Map<ResourceKey, HostResource> one = Map.of(rule.key(), rule);
            try {
                claims.settle(
                        needed.contains(chain) ? new Holding(OWNER, one, Map.of()) : new Holding(OWNER, Map.of(), one));
            } catch (HostException e) {
                failed.put(chain, String.valueOf(e.getMessage()));
            }
        }
        failed.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(troubles.get(entry.getKey())))
                .forEach(entry -> LOGGER.log(
                        Level.WARNING,
                        "the rule in the chain {0} that lets packets of machines pass: {1}",
                        entry.getKey(),
                        entry.getValue()));
        // First: what was refused is told even when the chains cannot be listed now.
        troubles = Map.copyOf(failed);
        chainsOfTroubles = failed.isEmpty() ? List.of() : host.packetFilter().chains();
    }

    private void fail(String chain, HostException e) {
        LOGGER.log(Level.WARNING, "the rules in other programs'' chains: {0}", e.getMessage());
        troubles = Map.of(chain, String.valueOf(e.getMessage()));
    }

    /** In which chains our rule is needed: those of Docker or ufw, where iptables drops what nobody decided about. Pure. */
    private static Set<String> needed(List<ChainFacts> chains) {
        Map<String, ChainFacts> ofIptables = chains.stream()
                .filter(OtherFirewalls::isOfIptables)
                .collect(Collectors.toMap(ChainFacts::name, chain -> chain));
        Set<Hook> dropping = ofIptables.values().stream()
                .filter(ChainFacts::drops)
                .flatMap(chain -> chain.hook().stream())
                .collect(Collectors.toSet());
        Set<String> needed = OF_UFW.keySet().stream()
                .filter(chain -> ofIptables.containsKey(chain) && dropping.contains(OF_UFW.get(chain)))
                .collect(Collectors.toSet());
        if (ofIptables.containsKey(DOCKER) && dropping.contains(Hook.FORWARD)) {
            needed.add(FORWARD);
        }
        return Set.copyOf(needed);
    }

    private static boolean isOfIptables(ChainFacts chain) {
        return chain.family().equals(AcceptRule.FAMILY) && chain.table().equals(AcceptRule.TABLE);
    }

    /** What is not as it should be, and what to do. Looks only. */
    List<FirewallTrouble> troubles() {
        List<ChainFacts> chains = host.packetFilter().chains();
        Set<String> needed = needed(chains);
        List<FirewallTrouble> found = new ArrayList<>();
        for (String chain : needed) {
            if (!isInPlace(chain)) {
                found.add(new FirewallTrouble(
                        "the iptables chain " + chain + " drops packets of machines, and our rule is not at its end: "
                                + troubles.getOrDefault(chain, "somebody changed it"),
                        byIptables(IPTABLES, chain)));
            }
        }
        chains.stream()
                .filter(chain -> isInTheWay(chain, needed))
                .map(this::inTheWay)
                .forEach(found::add);
        ofFirewalld().ifPresent(found::add);
        found.addAll(ofOldIptables());
        return List.copyOf(found);
    }

    /** Whether a chain drops what nobody decided about, and neither we nor its owner know of a rule for it. */
    private boolean isInTheWay(ChainFacts chain, Set<String> needed) {
        Optional<Hook> hook = chain.hook().filter(at -> at == Hook.FORWARD || at == Hook.INPUT);
        boolean isOurs =
                chain.table().equals(HostFilter.TABLE) && chain.family().equals(HostFilter.FAMILY);
        boolean isIpv4 = chain.family().equals("ip") || chain.family().equals("inet");
        if (hook.isEmpty() || !chain.drops() || isOurs || !isIpv4) {
            return false;
        }
        boolean isHelped = isOfIptables(chain)
                && needed.stream().anyMatch(name -> OF_UFW.getOrDefault(name, Hook.FORWARD) == hook.get());
        if (isHelped) {
            return false;
        }
        return seesMark(chain)
                ? !host.packetFilter().hasRule(chain, mark)
                : !unknownBridges(chain.family(), chain.table()).isEmpty();
    }

    /** Our table sets the mark just before this priority and takes it away just behind it. */
    private static boolean seesMark(ChainFacts chain) {
        return chain.priority() == HostFilter.PRIORITY;
    }

    /** The bridges that no rule of a table speaks of. */
    private List<String> unknownBridges(String family, String table) {
        return database.read(NetworkTable::all).stream()
                .map(Network::bridge)
                .filter(bridge -> !host.packetFilter().namesLink(family, table, bridge))
                .toList();
    }

    private FirewallTrouble inTheWay(ChainFacts chain) {
        boolean isForward = chain.hook().equals(Optional.of(Hook.FORWARD));
        String what = isForward
                ? "what goes from and to machines, but what its own rules accept"
                : "what machines ask the host for, as names, but what its own rules accept";
        if (!seesMark(chain)) {
            return new FirewallTrouble(
                    "the nftables chain " + chain.fullName() + " drops " + what, byBridges(chain, isForward));
        }
        String bits = "0x"
                + Integer.toHexString(FirewallRule.ruleIn(chain.name(), mark).mark());
        return new FirewallTrouble(
                "the nftables chain " + chain.fullName() + " drops " + what,
                isOfIptables(chain)
                        ? byIptables(IPTABLES, chain.name())
                        : "nft add rule " + chain.fullName() + " meta mark and " + bits + " == " + bits
                                + " accept comment '\"" + mark + "\"'");
    }

    private String byBridges(ChainFacts chain, boolean isForward) {
        return unknownBridges(chain.family(), chain.table()).stream()
                .flatMap(bridge -> isForward
                        ? Stream.of("iifname " + bridge, "oifname " + bridge)
                        : Stream.of("iifname " + bridge))
                .map(match -> "nft add rule " + chain.fullName() + " " + match + " accept")
                .collect(Collectors.joining(" && "));
    }

    private String byIptables(String program, String chain) {
        return program + " -A " + chain + " "
                + String.join(" ", FirewallRule.ruleIn(chain, mark).arguments());
    }

    /** It rejects what its own table does not accept, which no rule of ours can change, unless it trusts our bridges. */
    private Optional<FirewallTrouble> ofFirewalld() {
        if (host.packetFilter().findTable(Optional.empty(), "inet", FIREWALLD).isEmpty()) {
            return Optional.empty();
        }
        List<String> unknown = unknownBridges("inet", FIREWALLD);
        String command = unknown.stream()
                .map(bridge -> " --add-interface=" + bridge)
                .collect(
                        Collectors.joining("", "firewall-cmd --permanent --zone=trusted", " && firewall-cmd --reload"));
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of(new FirewallTrouble(
                        "firewalld has no zone for " + String.join(", ", unknown)
                                + ", and may keep machines from names and from the world",
                        command));
    }

    private List<FirewallTrouble> ofOldIptables() {
        List<String> rules;
        try {
            rules = host.packetFilter().oldRules();
        } catch (HostException e) {
            return List.of(new FirewallTrouble(
                    "iptables-legacy has rules, which may drop packets of machines and cannot be listed: "
                            + e.getMessage(),
                    "iptables-legacy -S"));
        }
        return Stream.of(FORWARD, INPUT)
                .filter(chain -> rules.contains("-P " + chain + " DROP"))
                .filter(chain ->
                        rules.stream().noneMatch(rule -> rule.startsWith("-A " + chain) && rule.contains(mark)))
                .map(chain -> new FirewallTrouble(
                        "the chain " + chain + " of iptables-legacy drops packets of machines",
                        byIptables("iptables-legacy", chain)))
                .toList();
    }
}
