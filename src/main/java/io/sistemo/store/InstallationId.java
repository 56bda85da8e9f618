package io.sistemo.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Marks everything of one installation on its host; made once, in the database, of which
 * a copy lies in the data directory.
 *
 * @param value 12 lower-case hexadecimal digits
 */
public record InstallationId(String value) {
    /** How the marks of all installations begin. */
    public static final String MARK_PREFIX = "sistemo:";

    private static final int BYTES = 6;

    /** Checks the form. */
    public InstallationId {
        Objects.requireNonNull(value);
        if (!value.matches("[0-9a-f]{12}")) {
            throw new IllegalArgumentException("not an installation id: " + value);
        }
    }

    /** A new one. */
    public static InstallationId random() {
        byte[] bits = new byte[BYTES];
        new SecureRandom().nextBytes(bits);
        return new InstallationId(HexFormat.of().formatHex(bits));
    }

    /** What links carry as their alias and nft tables as their comment. */
    public String mark() {
        return MARK_PREFIX + value;
    }
}
