package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /machines/{id}/exec}: run to the end, then answer.
 *
 * @param script run by the guest's shell
 * @param timeoutSec 1 to 120 seconds, default 30
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ExecRequest(String script, @Nullable Integer timeoutSec) {}
