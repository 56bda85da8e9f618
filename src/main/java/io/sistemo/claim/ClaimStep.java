package io.sistemo.claim;

import java.util.List;

/** The next thing to do for an owner's claims; see {@link ClaimPlanner}. */
public sealed interface ClaimStep {
    /** Commit rows for things that are wanted and have none. */
    record Intend(List<ResourceKey> keys) implements ClaimStep {}

    /** Make one thing be there. */
    record Ensure(Claim claim) implements ClaimStep {}

    /** Commit that things are held; each was observed to be there. */
    record Confirm(List<ObservedClaim> claims) implements ClaimStep {}

    /** Commit that things are about to be released. */
    record MarkReleasing(List<Claim> claims) implements ClaimStep {}

    /** Make one thing be gone. */
    record Release(Claim claim) implements ClaimStep {}

    /** Commit that things are gone; each was observed to be absent. */
    record Forget(List<Claim> claims) implements ClaimStep {}

    /** A thing that was held is not there any more, though it is wanted; its owner decides. */
    record Lost(Claim claim) implements ClaimStep {}

    /** A thing could not be observed, so nothing can be done now. */
    record Blocked(Claim claim, String reason) implements ClaimStep {}

    /** Everything wanted is held, and nothing else is. */
    record Settled() implements ClaimStep {}
}
