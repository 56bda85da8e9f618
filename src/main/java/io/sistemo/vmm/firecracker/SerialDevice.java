package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The serial console.
 *
 * @param serialOutPath a file in its root directory, to which what the guest prints goes
 * @param rateLimiter in bytes; what is beyond is dropped. Not known to versions before 1.16
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record SerialDevice(String serialOutPath, @Nullable TokenBucket rateLimiter) implements ApiRequest.BeforeStart {
    @Override
    public String path() {
        return "/serial";
    }

    @Override
    public String purpose() {
        return "set up the serial console";
    }
}
