package io.sistemo.machine;

import java.util.UUID;

/**
 * Names a machine, for ever.
 *
 * @param value random
 */
public record MachineId(UUID value) {
    private static final int SHORT_ID_LENGTH = 8;

    /** A new id. */
    public static MachineId random() {
        return new MachineId(UUID.randomUUID());
    }

    /** The id written in a row or in the ledger. */
    public static MachineId parse(String text) {
        return new MachineId(UUID.fromString(text));
    }

    /** Eight of its hexadecimal digits, of which names on the host are made. */
    String shortId() {
        return value.toString().substring(0, SHORT_ID_LENGTH);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
