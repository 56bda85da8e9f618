package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Numbers of {@link Health}.
 *
 * @param runningMachines machines that run
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record HealthStats(int runningMachines) {}
