package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * So many tokens in a time; unused ones are kept up to that number.
 *
 * @param size tokens: bytes or operations
 * @param oneTimeBurst further ones at the start, never filled again
 * @param refillTime milliseconds in which an empty one is full again
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record TokenBucket(long size, long oneTimeBurst, long refillTime) {
    private static final long MILLISECONDS_PER_SECOND = 1000;

    /** So many in each second. */
    public static TokenBucket perSecond(long size) {
        return new TokenBucket(size, 0, MILLISECONDS_PER_SECOND);
    }
}
