package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.Map;

/**
 * Answer of {@code GET /health}; always status 200.
 *
 * @param status {@code healthy} or {@code degraded}
 * @param checks name of a check to {@code ok} or the reason why not
 * @param stats a few numbers
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Health(String status, Map<String, String> checks, HealthStats stats) {}
