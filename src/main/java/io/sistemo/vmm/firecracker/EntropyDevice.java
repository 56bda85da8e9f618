package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A source of random numbers.
 *
 * @param rateLimiter in bytes and operations, if it is limited
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record EntropyDevice(@Nullable RateLimiter rateLimiter) implements ApiRequest.BeforeStart {
    /** One without a limit. */
    static final EntropyDevice UNLIMITED = new EntropyDevice(null);

    @Override
    public String path() {
        return "/entropy";
    }

    @Override
    public String purpose() {
        return "attach a source of random numbers";
    }
}
