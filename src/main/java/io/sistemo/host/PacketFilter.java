package io.sistemo.host;

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
}
