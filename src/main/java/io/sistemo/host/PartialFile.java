package io.sistemo.host;

import java.nio.file.Path;
import java.util.Objects;

/** The name under which a file is written before it gets its own: found again after a crash, and never mistaken for it. */
public final class PartialFile {
    private PartialFile() {}

    /** The temporary name of a file. */
    public static Path of(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".partial");
    }

    /** A file's directory. */
    static Path parentOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    }
}
