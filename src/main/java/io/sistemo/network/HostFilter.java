package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import java.util.Optional;

/**
 * The host's own nftables table, rendered whole from {@link HostRules} and applied in one transaction: applying it is
 * also its repair. Guests reach the world masqueraded, their neighbours, and of the host nothing
 * but answers to a ping and, at their own gateway, to questions for names, which nobody from outside gets. Networks do not reach each other. IPv6 from guests is dropped: nothing here routes it, and a
 * bridge's link-local address would be a way to the host.
 */
public final class HostFilter implements HostResource {
    /** The table's name within its family. */
    public static final String TABLE = "sistemo";
    /** The table's family: one table for IPv4 and IPv6. */
    public static final String FAMILY = "inet";
    /** nft's {@code filter}: chains of other programs that are called with it see the mark of what passes; others need not. */
    public static final int PRIORITY = 0;

    private final Host host;
    private final String mark;
    private final HostRules rules;

    /**
     * The table with some rules.
     *
     * @param mark what the table carries at the beginning of its comment
     */
    public HostFilter(Host host, String mark, HostRules rules) {
        this.host = host;
        this.mark = mark;
        this.rules = rules;
    }

    @Override
    public ResourceKey key() {
        return new ResourceKey(ClaimKind.PACKET_FILTER, FAMILY + " " + TABLE);
    }

    /**
     * A table of ours with other rules is there in part: to make it whole is to apply these. One with these tells a fingerprint,
     * by which its claim knows whether somebody has changed it since.
     */
    @Override
    public Observation observe() {
        return host.packetFilter()
                .findTable(Optional.empty(), FAMILY, TABLE)
                .map(table -> observe(table.comment()))
                .orElse(Observation.ABSENT);
    }

    private Observation observe(String comment) {
        if (!HostRules.isOf(mark, comment)) {
            return foreign(comment);
        }
        if (!comment.equals(rules.comment(mark)) || !isLoopbackAsRendered()) {
            return Observation.PARTIAL;
        }
        return host.packetFilter()
                .fingerprint(FAMILY, TABLE)
                .<Observation>map(fingerprint -> new Observation.Present(Optional.of(fingerprint)))
                .orElse(Observation.ABSENT);
    }

    private static Observation foreign(String comment) {
        return new Observation.Unknown("the nftables table " + FAMILY + " " + TABLE + " is not ours"
                + (comment.isEmpty() ? "" : " but of " + comment));
    }

    private boolean isLoopbackAsRendered() {
        return rules.networks().stream().noneMatch(network -> isLoopback(network, !rules.leadsFromLoopback()));
    }

    /** A bridge that is not there has no setting, and is no reason to apply the rules. */
    private boolean isLoopback(Network network, boolean open) {
        return host.sysctls().read(loopback(network)).equals(Optional.of(setting(open)));
    }

    /**
     * Whether packets that come from, or lead to, 127.0.0.0/8 may pass the bridge ({@code route_localnet} of ip-sysctl): a
     * connection of the host to itself that a forward leads into a machine.
     */
    private static String loopback(Network network) {
        return "net.ipv4.conf." + network.bridge() + ".route_localnet";
    }

    private static String setting(boolean open) {
        return open ? "1" : "0";
    }

    /** The setting comes after the rules, which keep from such addresses all that comes from elsewhere. */
    @Override
    public void ensure() {
        host.packetFilter().apply(Optional.empty(), rules.render(mark));
        setLoopback(rules.leadsFromLoopback());
    }

    /** The setting goes before the rules. */
    @Override
    public void release() {
        setLoopback(false);
        host.packetFilter().deleteTable(Optional.empty(), FAMILY, TABLE);
    }

    private void setLoopback(boolean open) {
        for (Network network : rules.networks()) {
            if (isLoopback(network, !open)) {
                host.sysctls().write(loopback(network), setting(open));
            }
        }
    }
}
