package io.sistemo.host;

/**
 * What is known of an nftables table.
 *
 * @param comment the table's comment, which names its owner and generation; empty when it has none
 */
public record TableFacts(String comment) {}
