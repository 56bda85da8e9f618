package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Body of every answer from 400 on.
 *
 * @param error one or two sentences for the user
 * @param detail the same sentences
 * @param code {@link ErrorCode} in lower case
 * @param retryable whether the same request may work later
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ErrorBody(String error, String detail, String code, boolean retryable) {}
