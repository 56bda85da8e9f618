package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /stats}.
 *
 * @param machines those that run, by name
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MachineStatsList(List<MachineStats> machines) {}
