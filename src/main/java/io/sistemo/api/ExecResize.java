package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Payload of a {@link ExecFrame.Channel#RESIZE} frame, as JSON.
 *
 * @param rows in characters
 * @param cols in characters
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ExecResize(int rows, int cols) {}
