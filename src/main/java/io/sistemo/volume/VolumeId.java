package io.sistemo.volume;

import java.util.UUID;

/**
 * Names a volume, for ever.
 *
 * @param value random
 */
public record VolumeId(UUID value) {
    /** A new id. */
    public static VolumeId random() {
        return new VolumeId(UUID.randomUUID());
    }

    /**
     * Reads an id.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static VolumeId parse(String text) {
        return new VolumeId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
