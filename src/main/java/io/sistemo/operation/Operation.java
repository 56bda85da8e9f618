package io.sistemo.operation;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One thing that a user asked for, as it stood at one moment.
 *
 * @param id its id
 * @param action what is done: {@code machine.deploy}, {@code image.pull}
 * @param targetType to what kind of thing: {@code machine}, {@code image}
 * @param targetId the thing's id; may outlive the thing
 * @param targetName the thing's name when the operation began
 * @param state where it stands
 * @param phase what it does right now, in a few words for the user; empty before the first and after the end
 * @param progressPercent how much of the phase is done, 0 to 100, where that is known
 * @param error the sentence for the user, when it failed or was cancelled
 * @param code why, when it failed or was cancelled
 * @param message what came of it, or why it was done when no user asked, as a clause for the user
 * @param startedAt when it was accepted
 * @param endedAt when it ended; empty while it runs
 */
public record Operation(
        OperationId id,
        String action,
        String targetType,
        String targetId,
        String targetName,
        OperationState state,
        Optional<String> phase,
        OptionalInt progressPercent,
        Optional<String> error,
        Optional<RefusalCode> code,
        Optional<String> message,
        Instant startedAt,
        Optional<Instant> endedAt) {
    /** The same with a message. */
    public Operation withMessage(String newMessage) {
        return new Operation(
                id,
                action,
                targetType,
                targetId,
                targetName,
                state,
                phase,
                progressPercent,
                error,
                code,
                Optional.of(newMessage),
                startedAt,
                endedAt);
    }
}
