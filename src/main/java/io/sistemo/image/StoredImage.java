package io.sistemo.image;

import java.time.Instant;

/**
 * An image that is here, by one of its names.
 *
 * @param name the tag
 * @param digest of its content, {@code sha256:...}
 * @param sizeBytes of its filesystem's file
 * @param filesystemUuid of its filesystem
 * @param source where it came from: a reference, or a path
 * @param createdAt when it came here
 */
public record StoredImage(
        String name, String digest, long sizeBytes, String filesystemUuid, String source, Instant createdAt) {}
