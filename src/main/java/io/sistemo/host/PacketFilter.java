package io.sistemo.host;

import java.util.List;
import java.util.Optional;

/** nftables, in the host or in a named namespace. */
public interface PacketFilter {
    /**
     * Applies a ruleset in one transaction: all of it or nothing. To replace a table and its comment, the ruleset says {@code
     * table F N} (so that it exists), {@code delete table F N}, and then the table: the comment of a table that stays is not
     * changed by the kernel.
     *
     * @throws HostException with what {@code nft} said
     */
    void apply(Optional<String> namespace, String ruleset);

    /**
     * A table's facts.
     *
     * @param family ip, ip6, inet, arp, bridge or netdev
     * @throws HostException when the namespace does not exist or cannot be asked
     */
    Optional<TableFacts> findTable(Optional<String> namespace, String family, String name);

    /** A wait for changes, until closed. Closing twice is allowed. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What tells a table, with all chains, rules and elements that are in it, from any other: one in which something was changed
     * has another one. Counters in rules would change it too.
     *
     * @return empty when there is no such table in the host's namespace
     * @throws HostException when it cannot be looked at
     */
    Optional<String> fingerprint(String family, String name);

    /**
     * Listens for changes of any table in the host's namespace, by whoever makes them, ourselves included.
     *
     * @param onChange called on a thread of its own, soon after changes, once for several
     * @return to be closed when nothing more is to be told
     * @throws HostException when the kernel refuses
     */
    Watch watch(Runnable onChange);

    /** Deletes a table. A namespace that is gone is success. */
    void deleteTable(Optional<String> namespace, String family, String name);

    /**
     * The chains of all tables in the host's namespace, whoever made them.
     *
     * @throws HostException when they cannot be listed
     */
    List<ChainFacts> chains();

    /**
     * Whether a chain in the host's namespace has a rule that bears a comment, written by nft or by iptables. A chain that is not
     * there has none.
     *
     * @throws HostException when it cannot be looked at
     */
    boolean hasRule(ChainFacts chain, String comment);

    /**
     * Whether a chain in the host's namespace ends with a rule that bears a comment. Rules behind it do not count whose comments begin
     * with a prefix: they do the same for somebody else.
     *
     * @throws HostException when it cannot be looked at
     */
    boolean endsWithRule(ChainFacts chain, String comment, String prefix);

    /**
     * Whether a rule of a table in the host's namespace asks for a link by its name.
     *
     * @throws HostException when it cannot be looked at
     */
    boolean namesLink(String family, String table, String link);

    /**
     * Puts a rule at the end of another program's chain; to be called when no rule there bears its comment. By iptables, which so
     * reads its own writing when that program has it show, save and restore the chain.
     *
     * @throws HostException when the chain is not there, or iptables is not or refuses
     */
    void append(AcceptRule rule);

    /** Takes away every rule that bears the comment of one from its chain. A chain that is gone is success. */
    void remove(AcceptRule rule);

    /**
     * The rules that the iptables before nftables has for IPv4 in its table filter, as it prints them; they are nowhere in nftables.
     * Empty when it is not in use.
     *
     * @throws HostException when it is and does not tell
     */
    List<String> oldRules();
}
