package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Answer of {@code GET /system}.
 *
 * @param health as the status of {@link Health}
 * @param host the host
 * @param daemon the daemon
 * @param stats what there is
 * @param limits what may be asked for
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record SystemInfo(String health, HostInfo host, DaemonInfo daemon, SystemStats stats, SystemLimits limits) {}
