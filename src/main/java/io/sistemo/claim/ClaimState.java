package io.sistemo.claim;

/** Where a claim stands. */
public enum ClaimState {
    /** Committed before the host was touched; the thing may be there, in part or not at all. */
    INTENDED,
    /** The thing was observed to be there. */
    HELD,
    /** Committed before the release; the thing may be there, in part or not at all. */
    RELEASING
}
