package io.sistemo.image;

import java.time.Instant;
import java.util.List;

/**
 * All that users see of an image.
 *
 * @param name the tag
 * @param digest of its content, {@code sha256:...}
 * @param sizeBytes the filesystem's size
 * @param allocatedBytes what it occupies on the host's disk
 * @param source where it came from: a reference, or a path
 * @param createdAt when it was made or pulled
 * @param machines the names of the machines that were deployed from it
 */
public record ImageDetails(
        String name,
        String digest,
        long sizeBytes,
        long allocatedBytes,
        String source,
        Instant createdAt,
        List<String> machines) {

    /** Copies the list. */
    public ImageDetails {
        machines = List.copyOf(machines);
    }
}
