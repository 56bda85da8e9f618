package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /networks}.
 *
 * @param networks by name
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record NetworkList(List<Network> networks) {}
