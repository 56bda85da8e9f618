package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.AcceptRule;
import io.sistemo.host.ChainFacts;
import io.sistemo.host.Host;
import io.sistemo.store.InstallationId;

/**
 * A rule of ours at the end of a chain of another program's firewall, where that firewall would drop what nobody decided about: it
 * accepts what our own table has let pass and marked. So nothing passes that our table drops, nor what a rule of the other program
 * drops before.
 */
public final class FirewallRule implements HostResource {
    private final Host host;
    private final AcceptRule rule;

    /**
     * The rule in one chain.
     *
     * @param chain a chain of iptables' table filter for IPv4
     * @param mark what the rule bears as its comment
     */
    public FirewallRule(Host host, String chain, String mark) {
        this.host = host;
        this.rule = ruleIn(chain, mark);
    }

    /** What the rule says. */
    public static AcceptRule ruleIn(String chain, String mark) {
        return new AcceptRule(chain, HostRules.PASSED, mark);
    }

    /** Names the rule in a chain in the ledger. */
    public static ResourceKey key(String chain) {
        return new ResourceKey(ClaimKind.FIREWALL_RULE, chain);
    }

    @Override
    public ResourceKey key() {
        return key(rule.chain());
    }

    /** One that is not the last is not whole: it would pass what a rule of the other program behind it drops. */
    @Override
    public Observation observe() {
        if (isInPlace()) {
            return Observation.PRESENT;
        }
        return host.packetFilter().hasRule(ChainFacts.ofIptables(rule.chain()), rule.comment())
                ? Observation.PARTIAL
                : Observation.ABSENT;
    }

    /** Whether it is the last one of its chain now, but for those of other installations. */
    public boolean isInPlace() {
        return host.packetFilter()
                .endsWithRule(ChainFacts.ofIptables(rule.chain()), rule.comment(), InstallationId.MARK_PREFIX);
    }

    @Override
    public void ensure() {
        if (!isInPlace()) {
            host.packetFilter().remove(rule);
            host.packetFilter().append(rule);
        }
    }

    @Override
    public void release() {
        host.packetFilter().remove(rule);
    }
}
