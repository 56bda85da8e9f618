package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A disk, always raw.
 *
 * @param driveId of letters, digits and underscores
 * @param pathOnHost a file in its root directory
 * @param isRootDevice whether the kernel is told to take it for its root, which our initramfs overrides
 * @param isReadOnly whether it refuses writes
 * @param cacheType {@code Writeback}: what the guest flushes is on the host's disk. {@code Unsafe} flushes nothing
 * @param rateLimiter in bytes and operations, if it is limited
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Drive(
        String driveId,
        String pathOnHost,
        boolean isRootDevice,
        boolean isReadOnly,
        String cacheType,
        @Nullable RateLimiter rateLimiter)
        implements ApiRequest.BeforeStart {
    @Override
    public String path() {
        return "/drives/" + driveId;
    }

    @Override
    public String purpose() {
        return "attach the disk " + driveId;
    }
}
