package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /machines/{id}/ip}.
 *
 * @param machineId UUID
 * @param ipAddress IPv4 address
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MachineAddress(String machineId, @Nullable String ipAddress) {}
