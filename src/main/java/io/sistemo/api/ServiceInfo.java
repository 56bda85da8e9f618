package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Answer of {@code GET /}.
 *
 * @param name {@code sistemo}
 * @param version of the daemon
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ServiceInfo(String name, String version) {}
