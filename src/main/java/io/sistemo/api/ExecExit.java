package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Last message of the server on {@code GET /machines/{id}/exec/stream}, as text.
 *
 * @param type {@code exit}
 * @param exitCode of the command (128 + n when signal n ended it); null when unknown, never 0 then
 * @param error one sentence when Sistemo failed or the code is unknown
 * @param code {@link ErrorCode} in lower case beside an error; {@code timed_out} when {@code timeout_sec} ended the command
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ExecExit(
        String type,
        @Nullable Integer exitCode,
        @Nullable String error,
        @Nullable String code) {
    /** The only value of {@code type}. */
    public static final String TYPE = "exit";
}
