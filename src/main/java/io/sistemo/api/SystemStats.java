package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Counts of {@link SystemInfo}.
 *
 * @param machines all
 * @param runningMachines that run
 * @param volumes all
 * @param images all
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record SystemStats(int machines, int runningMachines, int volumes, int images) {}
