package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * One line of the history.
 *
 * @param id UUID of the operation
 * @param timestamp RFC 3339, UTC
 * @param action for example {@code machine.deploy}
 * @param targetType {@code machine} or {@code image}
 * @param targetId UUID
 * @param targetName name
 * @param details a sentence: the reason of a failure, what was asked
 * @param success null while it runs
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record AuditEntry(
        String id,
        String timestamp,
        String action,
        String targetType,
        @Nullable String targetId,
        @Nullable String targetName,
        @Nullable String details,
        @Nullable Boolean success) {}
