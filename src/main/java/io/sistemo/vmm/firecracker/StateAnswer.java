package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * The answer to {@link StateQuestion}, what we use of it.
 *
 * @param state {@code Not started}, {@code Running} or {@code Paused}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record StateAnswer(String state) {}
