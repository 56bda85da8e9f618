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

    /** Deletes a table. A namespace that is gone is success. */
    void deleteTable(Optional<String> namespace, String family, String name);
}
