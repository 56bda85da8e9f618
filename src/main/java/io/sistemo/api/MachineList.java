package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /machines}.
 *
 * @param machines in the order of their names
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MachineList(List<Machine> machines) {}
