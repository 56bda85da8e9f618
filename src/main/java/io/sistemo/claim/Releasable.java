package io.sistemo.claim;

/** One host thing that can be looked at and taken away. Failures are unchecked exceptions whose message is one sentence. */
public interface Releasable {
    /** Looks, and changes nothing. A failure to look is thrown; the caller turns it into {@link Observation.Unknown}. */
    Observation observe();

    /** Makes it be gone, whole. "Already gone" is success. */
    void release();
}
