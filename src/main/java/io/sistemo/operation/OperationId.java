package io.sistemo.operation;

import java.util.UUID;

/**
 * Names one operation, for ever.
 *
 * @param value random
 */
public record OperationId(UUID value) {
    /** A new id. */
    public static OperationId random() {
        return new OperationId(UUID.randomUUID());
    }

    /** The id as text, as users see it. */
    @Override
    public String toString() {
        return value.toString();
    }
}
