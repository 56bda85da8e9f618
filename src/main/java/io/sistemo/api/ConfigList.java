package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /config}.
 *
 * @param values in the order of the reference
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ConfigList(List<ConfigValue> values) {}
