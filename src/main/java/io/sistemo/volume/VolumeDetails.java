package io.sistemo.volume;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that users see of a volume, as it stood at one moment.
 *
 * @param volume its row
 * @param status the derived state
 * @param machineName the machine that it is attached to
 * @param file its file
 * @param allocatedBytes what it really takes on the host's filesystem; empty when its file cannot be looked at
 * @param error why the status is ERROR, as a sentence for the user
 */
public record VolumeDetails(
        Volume volume,
        Status status,
        Optional<String> machineName,
        Path file,
        OptionalLong allocatedBytes,
        Optional<String> error) {

    /** Where a volume stands. */
    public enum Status {
        /** Whole, and attached to no machine. */
        ONLINE,
        /** Whole, and attached to a machine. */
        ATTACHED,
        /** Something is being done with it. */
        MAINTENANCE,
        /** Its file is missing or cut short, or could not be removed. */
        ERROR
    }
}
