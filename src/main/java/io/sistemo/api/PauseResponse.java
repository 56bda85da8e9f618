package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Answer of {@code POST /machines/{id}/pause} and {@code /resume}.
 *
 * @param machineId UUID
 * @param paused whether its guest stands still now
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record PauseResponse(String machineId, boolean paused) {}
