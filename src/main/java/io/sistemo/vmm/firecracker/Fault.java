package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is a refusal.
 *
 * @param faultMessage why
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Fault(@Nullable String faultMessage) {}
