package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The host's own nftables table, rendered whole from all networks and applied in one transaction; the number of its rules
 * does not depend on the number of machines. Guests reach the world masqueraded, their neighbours, and of the host nothing
 * but answers to a ping and, at their own gateway, to questions for names, which nobody from outside gets. Networks do not reach each other. IPv6 from guests is dropped: nothing here routes it, and a
 * bridge's link-local address would be a way to the host.
 */
public final class HostFilter implements HostResource {
    /** The table's name within its family. */
    public static final String TABLE = "sistemo";
    /** The table's family: one table for IPv4 and IPv6. */
    public static final String FAMILY = "inet";

    private static final String TEMPLATE = """
            table inet sistemo
            delete table inet sistemo
            table inet sistemo {
              comment "@MARK@"
              set bridges { type ifname; elements = { @BRIDGES@ } }
              set nets { type ipv4_addr; flags interval; elements = { @NETS@ } }
              set gateways { type ipv4_addr; elements = { @GATEWAYS@ } }
              set resolvers { type ifname . ipv4_addr; elements = { @RESOLVERS@ } }
              set same { type ifname . ifname; elements = { @SAME@ } }
              chain prerouting_raw {
                type filter hook prerouting priority raw; policy accept;
                iifname @bridges meta nfproto ipv6 drop
                iifname @bridges ip daddr 127.0.0.0/8 drop
              }
              chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr @nets ip daddr != @nets oifname != @bridges masquerade
              }
              chain forward_all {
                type filter hook forward priority filter; policy accept;
                iifname . oifname @same accept
                iifname @bridges ip daddr 169.254.0.0/16 drop
                oifname @bridges ct state vmap { established : accept, related : accept, invalid : drop }
                oifname @bridges drop
              }
              chain input {
                type filter hook input priority filter; policy accept;
                iifname != @bridges iifname != "lo" ip daddr @gateways meta l4proto { tcp, udp } th dport 53 drop
                iifname != @bridges accept
                ct state vmap { established : accept, related : accept, invalid : drop }
                icmp type echo-request accept
                iifname . ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept
                drop
              }
            }
            """;

    private final Host host;
    private final String mark;
    private final List<Network> networks;

    /**
     * The table for some networks.
     *
     * @param mark what the table carries as its comment
     * @param networks at least one
     */
    public HostFilter(Host host, String mark, List<Network> networks) {
        this.host = host;
        this.mark = mark;
        this.networks = List.copyOf(networks);
    }

    @Override
    public ResourceKey key() {
        return new ResourceKey(ClaimKind.PACKET_FILTER, FAMILY + " " + TABLE);
    }

    @Override
    public Observation observe() {
        return host.packetFilter()
                .findTable(Optional.empty(), FAMILY, TABLE)
                .map(table -> table.comment().equals(mark) ? Observation.PRESENT : foreign(table.comment()))
                .orElse(Observation.ABSENT);
    }

    private static Observation foreign(String comment) {
        return new Observation.Unknown("the nftables table " + FAMILY + " " + TABLE + " is not ours"
                + (comment.isEmpty() ? "" : " but of " + comment));
    }

    @Override
    public void ensure() {
        host.packetFilter().apply(Optional.empty(), render());
    }

    @Override
    public void release() {
        host.packetFilter().deleteTable(Optional.empty(), FAMILY, TABLE);
    }

    /** The ruleset that replaces the table whole. */
    String render() {
        return TEMPLATE.replace("@MARK@", mark)
                .replace("@BRIDGES@", joined(network -> quoted(network.bridge())))
                .replace("@NETS@", joined(network -> network.subnet().toString()))
                .replace(
                        "@GATEWAYS@",
                        joined(network -> network.subnet().gateway().toString()))
                .replace(
                        "@RESOLVERS@",
                        joined(network -> quoted(network.bridge()) + " . "
                                + network.subnet().gateway()))
                .replace("@SAME@", joined(network -> quoted(network.bridge()) + " . " + quoted(network.bridge())));
    }

    private String joined(java.util.function.Function<Network, String> element) {
        return networks.stream().map(element).collect(Collectors.joining(", "));
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }
}
