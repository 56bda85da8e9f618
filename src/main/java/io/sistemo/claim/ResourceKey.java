package io.sistemo.claim;

/**
 * Names one host thing; unique in the ledger.
 *
 * @param kind what it is
 * @param name which one, within its kind
 */
public record ResourceKey(ClaimKind kind, String name) {}
