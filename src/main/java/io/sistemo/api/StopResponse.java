package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code POST /machines/{id}/stop}.
 *
 * @param machineId UUID
 * @param stopped always true in a 200
 * @param alreadyStopped true when there was nothing to do
 * @param message what it took; null when there was nothing to do
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record StopResponse(
        String machineId,
        boolean stopped,
        @Nullable Boolean alreadyStopped,
        @Nullable String message) {}
