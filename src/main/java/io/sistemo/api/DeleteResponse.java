package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Answer of {@code DELETE /machines/{id}}.
 *
 * @param machineId UUID
 * @param terminated always true in a 200
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DeleteResponse(String machineId, boolean terminated) {}
