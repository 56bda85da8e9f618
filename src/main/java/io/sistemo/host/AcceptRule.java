package io.sistemo.host;

import java.util.List;

/**
 * A rule that accepts packets by their mark, as the last one of a chain that another program has made with iptables: in nftables'
 * table {@code ip filter}.
 *
 * @param chain the chain's name
 * @param mark the bits that a packet's mark must have
 * @param comment what the rule is known by
 */
public record AcceptRule(String chain, int mark, String comment) {
    /** The family of iptables' chains for IPv4. */
    public static final String FAMILY = "ip";
    /** The table of iptables' chains that decide what passes. */
    public static final String TABLE = "filter";

    /** What iptables is told of it, after the chain's name. */
    public List<String> arguments() {
        return List.of("-m", "mark", "--mark", bits(), "-m", "comment", "--comment", comment, "-j", "ACCEPT");
    }

    private String bits() {
        String hexadecimal = "0x" + Integer.toHexString(mark);
        return hexadecimal + "/" + hexadecimal;
    }
}
