package io.sistemo.volume;

import java.io.InputStream;
import java.util.Optional;

/**
 * A file that a client sends, to be made a volume. For one import; safe to be looked at from another thread than the one that
 * reads it.
 */
public final class VolumeUpload {
    private final String name;
    private final Volume.Role role;
    private final long sizeBytes;
    private final Optional<String> expectedSha256;
    private final InputStream content;
    private volatile Optional<String> sha256 = Optional.empty();

    /**
     * A file that is about to come.
     *
     * @param name of the volume
     * @param role what the volume is for
     * @param sizeBytes how long the file is
     * @param expectedSha256 in hexadecimal, when it is to be checked
     * @param content read once, and not closed
     */
    public VolumeUpload(
            String name, Volume.Role role, long sizeBytes, Optional<String> expectedSha256, InputStream content) {
        this.name = name;
        this.role = role;
        this.sizeBytes = sizeBytes;
        this.expectedSha256 = expectedSha256;
        this.content = content;
    }

    String name() {
        return name;
    }

    Volume.Role role() {
        return role;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    Optional<String> expectedSha256() {
        return expectedSha256;
    }

    InputStream content() {
        return content;
    }

    void arrived(String digest) {
        sha256 = Optional.of(digest);
    }

    /** The SHA-256 of what came, in hexadecimal; empty until all of it is there. */
    public Optional<String> sha256() {
        return sha256;
    }
}
