package io.sistemo.host;

import java.util.List;
import java.util.Optional;

/** A packet filter with a listener around every call. */
final class TracedPacketFilter implements PacketFilter {
    private final TracedHost traced;
    private final PacketFilter inner;

    TracedPacketFilter(TracedHost traced, PacketFilter inner) {
        this.traced = traced;
        this.inner = inner;
    }

    @Override
    public void apply(Optional<String> namespace, String ruleset) {
        traced.run("packetFilter.apply", TracedHost.within(namespace, ""), () -> inner.apply(namespace, ruleset));
    }

    @Override
    public Optional<TableFacts> findTable(Optional<String> namespace, String family, String name) {
        String table = TracedHost.within(namespace, family + " " + name);
        return traced.call("packetFilter.findTable", table, () -> inner.findTable(namespace, family, name));
    }

    @Override
    public Optional<String> fingerprint(String family, String name) {
        return traced.call("packetFilter.fingerprint", family + " " + name, () -> inner.fingerprint(family, name));
    }

    @Override
    public Watch watch(Runnable onChange) {
        return inner.watch(onChange);
    }

    @Override
    public void deleteTable(Optional<String> namespace, String family, String name) {
        String table = TracedHost.within(namespace, family + " " + name);
        traced.run("packetFilter.deleteTable", table, () -> inner.deleteTable(namespace, family, name));
    }

    @Override
    public List<ChainFacts> chains() {
        return traced.call("packetFilter.chains", "", inner::chains);
    }

    @Override
    public boolean hasRule(ChainFacts chain, String comment) {
        return traced.call("packetFilter.hasRule", chain.fullName(), () -> inner.hasRule(chain, comment));
    }

    @Override
    public boolean endsWithRule(ChainFacts chain, String comment, String prefix) {
        return traced.call(
                "packetFilter.endsWithRule", chain.fullName(), () -> inner.endsWithRule(chain, comment, prefix));
    }

    @Override
    public boolean namesLink(String family, String table, String link) {
        return traced.call("packetFilter.namesLink", link, () -> inner.namesLink(family, table, link));
    }

    @Override
    public void append(AcceptRule rule) {
        traced.run("packetFilter.append", rule.chain(), () -> inner.append(rule));
    }

    @Override
    public void remove(AcceptRule rule) {
        traced.run("packetFilter.remove", rule.chain(), () -> inner.remove(rule));
    }

    @Override
    public List<String> oldRules() {
        return traced.call("packetFilter.oldRules", "", inner::oldRules);
    }
}
