package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * One event of {@code GET /operations/{id}/events}: {@code event: progress} while it runs, {@code event: end} once at last. Each carries
 * the whole operation as it then was, so that a client that missed some lost nothing.
 *
 * @param sequence counts up from 1 within the operation
 * @param timestamp RFC 3339, UTC
 * @param operation as it then was
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record OperationEvent(long sequence, String timestamp, Operation operation) {}
