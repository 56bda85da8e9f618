package io.sistemo.machine;

import java.util.UUID;

/**
 * Names a machine, for ever.
 *
 * @param value random
 */
public record MachineId(UUID value) {
    /** A new id. */
    public static MachineId random() {
        return new MachineId(UUID.randomUUID());
    }

    /** The id written in a row or in the ledger. */
    public static MachineId parse(String text) {
        return new MachineId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
