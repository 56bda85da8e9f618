package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A network device.
 *
 * @param ifaceId of letters, digits and underscores
 * @param hostDevName a tap in its network namespace
 * @param guestMac the guest's address on it
 * @param rxRateLimiter for what the guest receives, if it is limited
 * @param txRateLimiter for what the guest sends, if it is limited
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record NetworkInterface(
        String ifaceId,
        String hostDevName,
        String guestMac,
        @Nullable RateLimiter rxRateLimiter,
        @Nullable RateLimiter txRateLimiter)
        implements ApiRequest.BeforeStart {
    @Override
    public String path() {
        return "/network-interfaces/" + ifaceId;
    }

    @Override
    public String purpose() {
        return "attach the network";
    }
}
