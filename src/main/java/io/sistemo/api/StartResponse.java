package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Answer of deploy (201), start and restart (200) when the client waits for them.
 *
 * @param machineId UUID
 * @param status as in {@link Machine}
 * @param ipAddress IPv4 address
 * @param namespace its network namespace
 * @param bootTimeMs from the request until SSH answered, in milliseconds
 * @param sshReady whether it answers over SSH
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record StartResponse(
        String machineId,
        String status,
        @Nullable String ipAddress,
        @Nullable String namespace,
        @Nullable Long bootTimeMs,
        boolean sshReady) {}
