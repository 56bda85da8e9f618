package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code POST /machines/{id}/exec}.
 *
 * @param exitCode of the command (128 + n when signal n ended it); null when unknown, never 0 then
 * @param stdout standard output as UTF-8, bounded
 * @param stderr standard error as UTF-8, bounded
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ExecResponse(@Nullable Integer exitCode, String stdout, String stderr) {}
