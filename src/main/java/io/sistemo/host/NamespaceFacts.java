package io.sistemo.host;

import java.util.List;
import java.util.Optional;

/**
 * What is in a network namespace.
 *
 * @param links all its links
 * @param table the nftables table that was asked for
 */
public record NamespaceFacts(List<LinkFacts> links, Optional<TableFacts> table) {
    /** Of a name that leads to no namespace, as one that was interrupted while it was made leaves behind. */
    public static final NamespaceFacts NOTHING = new NamespaceFacts(List.of(), Optional.empty());

    /** Copies the list. */
    public NamespaceFacts {
        links = List.copyOf(links);
    }

    /** A link by its name. */
    public Optional<LinkFacts> link(String name) {
        return links.stream().filter(link -> link.name().equals(name)).findFirst();
    }
}
