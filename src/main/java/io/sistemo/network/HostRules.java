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
 */
public record HostRules(List<Network> networks) {
    private static final int DIGEST_BYTES = 8;

    private static final String TEMPLATE = """
        table inet sistemo
        delete table inet sistemo
        table inet sistemo {
          comment "@COMMENT@"
          set bridges { type ifname; elements = { @BRIDGES@ } }
          set nets { type ipv4_addr; flags interval; elements = { @NETS@ } }
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
            iifname != @bridges accept
            ct state vmap { established : accept, related : accept, invalid : drop }
            icmp type echo-request accept
            drop
          }
        }
        """;

    /** Copies. */
    public HostRules {
        networks = List.copyOf(networks);
    }

    /** What the rows say, in the caller's transaction. */
    public static HostRules read(Connection connection) throws SQLException {
        return new HostRules(NetworkTable.all(connection));
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
                .replace("@BRIDGES@", joined(network -> quoted(network.bridge())))
                .replace("@NETS@", joined(network -> network.subnet().toString()))
                .replace("@SAME@", joined(network -> quoted(network.bridge()) + " . " + quoted(network.bridge())));
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
