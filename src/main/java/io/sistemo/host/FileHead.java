package io.sistemo.host;

import java.nio.ByteBuffer;

/**
 * What a file begins with.
 *
 * @param kind of what has the name
 * @param sizeBytes its length; 0 for all but regular files
 * @param content read-only; empty for all but regular files
 */
public record FileHead(Kind kind, long sizeBytes, ByteBuffer content) {
    /** What can have a name. */
    public enum Kind {
        /** A regular file. */
        REGULAR,
        /** A directory. */
        DIRECTORY,
        /** A device, a pipe or a socket. */
        OTHER
    }
}
