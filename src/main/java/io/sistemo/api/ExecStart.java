package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * First message of the client on {@code GET /machines/{id}/exec/stream}, as text.
 *
 * @param type {@code exec}
 * @param command run by the guest's shell
 * @param tty whether it gets a terminal; then its standard error comes with its standard output
 * @param rows of the terminal, in characters; 0 without one
 * @param cols of the terminal, in characters; 0 without one
 * @param timeoutSec the command is ended after so many seconds; null: never
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ExecStart(
        String type,
        String command,
        boolean tty,
        int rows,
        int cols,
        @Nullable Integer timeoutSec) {
    /** The only value of {@code type}. */
    public static final String TYPE = "exec";
}
