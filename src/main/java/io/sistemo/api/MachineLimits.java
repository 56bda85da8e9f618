package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The most that the devices of a running machine let through; what is not limited is null.
 *
 * @param bandwidthMbps megabits that it receives from the network in each second
 * @param uploadMbps megabits that it sends to the network in each second
 * @param iops reads and writes of each disk in each second
 * @param diskBwMbps megabytes (1,000,000 bytes) read from and written to each disk in each second
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MachineLimits(
        @Nullable Long bandwidthMbps,
        @Nullable Long uploadMbps,
        @Nullable Long iops,
        @Nullable Long diskBwMbps) {}
