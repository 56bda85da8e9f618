package io.sistemo.image;

import java.util.regex.Pattern;

/**
 * Names an image by its content.
 *
 * @param hex SHA-256 of the whole file with its holes read as zeroes, 64 lower-case hexadecimal digits
 */
public record ImageDigest(String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** Checks the form. */
    public ImageDigest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a SHA-256 in lower-case hexadecimal: " + hex);
        }
    }

    /** The digest as users see it: {@code sha256:...}. */
    @Override
    public String toString() {
        return "sha256:" + hex;
    }
}
