package io.sistemo.claim;

/**
 * A claim and what was seen of its thing.
 *
 * @param claim the row
 * @param observation what was seen
 */
public record ObservedClaim(Claim claim, Observation observation) {}
