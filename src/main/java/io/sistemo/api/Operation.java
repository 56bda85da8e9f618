package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Something asked of the daemon, while it is done and afterwards.
 *
 * @param id UUID
 * @param action for example {@code machine.deploy}
 * @param targetType {@code machine} or {@code image}
 * @param targetId UUID of the target; null until it has one
 * @param targetName name of the target
 * @param state where it stands
 * @param phase what is being done, in a few words for the user
 * @param progress percent of the phase, 0 to 100; null when unknown
 * @param message what came of it, or why it was done when no user asked; null when there is nothing to say
 * @param error one sentence when it failed or was cancelled
 * @param code {@link ErrorCode} in lower case when it failed or was cancelled
 * @param startedAt RFC 3339, UTC
 * @param endedAt RFC 3339, UTC; null while it runs
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Operation(
        String id,
        String action,
        String targetType,
        @Nullable String targetId,
        @Nullable String targetName,
        OperationState state,
        @Nullable String phase,
        @Nullable Integer progress,
        @Nullable String message,
        @Nullable String error,
        @Nullable String code,
        String startedAt,
        @Nullable String endedAt) {}
