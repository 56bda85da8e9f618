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

    @Override
    public String toString() {
        return value.toString();
    }
}
