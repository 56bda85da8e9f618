package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Limits a device.
 *
 * @param bandwidth in bytes, if they are limited
 * @param ops in operations, if they are limited
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record RateLimiter(
        @Nullable TokenBucket bandwidth, @Nullable TokenBucket ops) {
    /** A limiter, or none when nothing is limited. */
    static @Nullable RateLimiter of(OptionalLong bytesPerSecond, OptionalLong operationsPerSecond) {
        return bytesPerSecond.isEmpty() && operationsPerSecond.isEmpty()
                ? null
                : new RateLimiter(bucket(bytesPerSecond), bucket(operationsPerSecond));
    }

    private static @Nullable TokenBucket bucket(OptionalLong perSecond) {
        return perSecond.isEmpty() ? null : TokenBucket.perSecond(perSecond.getAsLong());
    }
}
