package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.AcceptRule;
import io.sistemo.host.ChainFacts;
import io.sistemo.host.Host;
import java.util.Optional;

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

    @Override
    public Observation observe() {
        return isThere() ? Observation.PRESENT : Observation.ABSENT;
    }

    /** Whether it is in its chain now. */
    public boolean isThere() {
        ChainFacts chain = new ChainFacts(AcceptRule.FAMILY, AcceptRule.TABLE, rule.chain(), Optional.empty(), false);
        return host.packetFilter().hasRule(chain, rule.comment());
    }

    @Override
    public void ensure() {
        if (!isThere()) {
            host.packetFilter().append(rule);
        }
    }

    @Override
    public void release() {
        host.packetFilter().remove(rule);
    }
}
