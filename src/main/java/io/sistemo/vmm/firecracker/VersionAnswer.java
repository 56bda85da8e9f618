package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * The answer to {@link VersionQuestion}.
 *
 * @param firecrackerVersion like {@code 1.16.1}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VersionAnswer(String firecrackerVersion) {}
