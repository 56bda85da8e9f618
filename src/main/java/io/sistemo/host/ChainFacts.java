package io.sistemo.host;

import java.util.Optional;

/**
 * What is known of an nftables chain.
 *
 * @param family of its table: ip, ip6, inet, arp, bridge or netdev
 * @param table the table's name
 * @param name its name within the table
 * @param hook where the kernel calls it; empty for one that only other chains jump to
 * @param priority when it is called there, chains of smaller numbers first; 0, nft's {@code filter}, for one without a hook
 * @param drops whether packets that none of its rules decides about are dropped
 */
public record ChainFacts(String family, String table, String name, Optional<Hook> hook, int priority, boolean drops) {
    /** Where on their way packets meet a chain. */
    public enum Hook {
        PREROUTING,
        /** On their way to a program of the host's. */
        INPUT,
        /** On their way from one link to another. */
        FORWARD,
        OUTPUT,
        POSTROUTING,
        /** Of families whose packets have no such way. */
        ANOTHER
    }

    /** A chain of iptables' table filter for IPv4, of which only the name matters. */
    public static ChainFacts ofIptables(String name) {
        return new ChainFacts(AcceptRule.FAMILY, AcceptRule.TABLE, name, Optional.empty(), 0, false);
    }

    /** As {@code nft} writes it: family, table and name. */
    public String fullName() {
        return family + " " + table + " " + name;
    }
}
