package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * The host of {@link SystemInfo}.
 *
 * @param hostname name
 * @param kernel release
 * @param cpus online CPUs
 * @param memoryMb MiB
 * @param diskTotalGb of the data directory's filesystem, GiB
 * @param diskUsedGb GiB
 * @param diskFreeGb GiB
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record HostInfo(
        String hostname, String kernel, int cpus, long memoryMb, long diskTotalGb, long diskUsedGb, long diskFreeGb) {}
