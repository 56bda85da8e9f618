package io.sistemo.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the host's packet filter is rendered from: all that differs between two hosts. It goes into sets and maps, so the number
 * of rules is always the same.
 *
 * @param networks at least one
 * @param forwards those that are in force
 */
public record HostRules(List<Network> networks, List<RoutedForward> forwards) {
    /**
     * The bit in a packet's mark that says that our table has let it pass. It is set before other programs' chains see the packet,
     * which may ask for it, and taken away after them, so that routing and other programs never meet it. Who uses bits of marks
     * takes those below it, as Docker, Kubernetes, Tailscale and WireGuard do. Rules that users wrote name it too: it stays.
     */
    static final int PASSED = 0x1000_0000;

    private static final int DIGEST_BYTES = 8;

    private static final String TEMPLATE = """
        table inet sistemo
        delete table inet sistemo
        table inet sistemo {
          comment "@COMMENT@"
          set bridges { type ifname; elements = { @BRIDGES@ } }
          set nets { type ipv4_addr; flags interval; elements = { @NETS@ } }
          set gateways { type ipv4_addr; elements = { @GATEWAYS@ } }
          set resolvers { type ifname . ipv4_addr; elements = { @RESOLVERS@ } }
          set same { type ifname . ifname; elements = { @SAME@ } }
          set hairpins { type ifname . ipv4_addr; flags interval; elements = { @HAIRPINS@ } }
          map forwards_everywhere { type inet_proto . inet_service : ipv4_addr . inet_service; @EVERYWHERE@}
          map forwards_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; @AT@}
          chain prerouting_raw {
            type filter hook prerouting priority raw; policy accept;
            iifname @bridges meta nfproto ipv6 drop
            iifname @bridges ip saddr 127.0.0.0/8 drop
            iifname != "lo" ip daddr 127.0.0.0/8 drop
          }
          chain forwards {
            fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @forwards_at
            fib daddr type local dnat ip to meta l4proto . th dport map @forwards_everywhere
          }
          chain prerouting {
            type nat hook prerouting priority dstnat; policy accept;
            jump forwards
          }
          chain output {
            type nat hook output priority -100; policy accept;
            jump forwards
          }
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            ip saddr @nets ip daddr != @nets oifname != @bridges masquerade
            ct status dnat oifname @bridges ip saddr 127.0.0.0/8 masquerade
            ct status dnat oifname . ip saddr @hairpins masquerade
          }
          chain pass {
            meta mark set meta mark or @PASSED@ accept
          }
          chain forward_all {
            type filter hook forward priority filter - 1; policy accept;
            iifname . oifname @same goto pass
            iifname @bridges ip daddr 169.254.0.0/16 drop
            oifname @bridges ct state vmap { established : goto pass, related : goto pass, invalid : drop }
            oifname @bridges ct status dnat goto pass
            oifname @bridges drop
            iifname @bridges goto pass
          }
          chain forward_end {
            type filter hook forward priority filter + 1; policy accept;
            iifname @bridges goto unmark
            oifname @bridges goto unmark
          }
          chain input {
            type filter hook input priority filter - 1; policy accept;
            iifname != @bridges iifname != "lo" ip daddr @gateways meta l4proto { tcp, udp } th dport 53 drop
            iifname != @bridges accept
            ct state vmap { established : goto pass, related : goto pass, invalid : drop }
            iifname . ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 goto pass
            iifname . ip daddr != @resolvers ip daddr @gateways drop
            icmp type echo-request goto pass
            drop
          }
          chain input_end {
            type filter hook input priority filter + 1; policy accept;
            iifname @bridges goto unmark
          }
          chain unmark {
            meta mark set meta mark and @REST@
          }
        }
        """;

    /** Copies. */
    public HostRules {
        networks = List.copyOf(networks);
        forwards = List.copyOf(forwards);
    }

    /** What the rows say, in the caller's transaction. */
    public static HostRules read(Connection connection) throws SQLException {
        return new HostRules(NetworkTable.all(connection), ForwardTable.inForce(connection));
    }

    /**
     * What the table bears as its comment: whose it is, and which rules it holds. Rules of another version of this program have
     * another comment too.
     */
    String comment(String mark) {
        return mark + " " + digest(fill(mark));
    }

    /** Whether a table's comment says that it is of an installation, whatever rules it holds. */
    static boolean isOf(String mark, String comment) {
        return comment.equals(mark) || comment.startsWith(mark + " ");
    }

    /** The ruleset that replaces the table whole. */
    String render(String mark) {
        return fill(comment(mark));
    }

    private String fill(String comment) {
        return TEMPLATE.replace("@COMMENT@", comment)
                .replace("@PASSED@", hexadecimal(PASSED))
                .replace("@REST@", hexadecimal(~PASSED))
                .replace("@BRIDGES@", joined(network -> quoted(network.bridge())))
                .replace("@NETS@", joined(network -> network.subnet().toString()))
                .replace("@SAME@", joined(network -> quoted(network.bridge()) + " . " + quoted(network.bridge())))
                .replace(
                        "@GATEWAYS@",
                        joined(network -> network.subnet().gateway().toString()))
                .replace(
                        "@RESOLVERS@",
                        joined(network -> quoted(network.bridge()) + " . "
                                + network.subnet().gateway()))
                .replace("@HAIRPINS@", joined(network -> quoted(network.bridge()) + " . " + network.subnet()))
                .replace("@EVERYWHERE@", elements(false))
                .replace("@AT@", elements(true));
    }

    /** The forwards at single addresses, or those at every address. An empty list of elements is a syntax error. */
    private String elements(boolean bound) {
        String elements = forwards.stream()
                .filter(routed -> routed.forward().address().isPresent() == bound)
                .map(HostRules::element)
                .collect(Collectors.joining(", "));
        return elements.isEmpty() ? "" : "elements = { " + elements + " } ";
    }

    private static String element(RoutedForward routed) {
        Forward forward = routed.forward();
        return forward.address().map(address -> address + " . ").orElse("")
                + forward.protocol().word() + " . " + forward.hostPort() + " : " + routed.machine() + " . "
                + forward.machinePort();
    }

    /** Whether something of the host's own comes by a loopback address and has to leave by a bridge. */
    boolean leadsFromLoopback() {
        return forwards.stream()
                .map(routed -> routed.forward().address())
                .anyMatch(address -> address.map(Ipv4::isLoopback).orElse(true));
    }

    private static String hexadecimal(int bits) {
        return "0x" + Integer.toHexString(bits);
    }

    private static String digest(String text) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String joined(Function<Network, String> element) {
        return networks.stream().map(element).collect(Collectors.joining(", "));
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }
}
