package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /volumes}.
 *
 * @param volumes roots first, by name
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeList(List<Volume> volumes) {}
