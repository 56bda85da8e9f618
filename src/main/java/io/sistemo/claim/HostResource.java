package io.sistemo.claim;

/**
 * One host thing, and how it is taken and given back. Its claim is committed before {@link #ensure} and marked before
 * {@link #release}; both are idempotent and may find any part of their work already done by an earlier, interrupted
 * call. Failures are unchecked exceptions whose message is one sentence.
 */
public interface HostResource extends Releasable {
    /** Which thing. */
    ResourceKey key();

    /** Makes it be there, whole. "Already there" is success. */
    void ensure();
}
