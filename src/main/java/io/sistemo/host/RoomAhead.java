package io.sistemo.host;

import java.nio.file.Path;

/** Blocks that are set aside for a file before it grows, so that it can grow on a full disk. */
public final class RoomAhead {
    /** FALLOC_FL_KEEP_SIZE of {@code linux/falloc.h}: the blocks lie beyond the file's end, where nobody sees them. */
    private static final int KEEP_SIZE = 1;

    private RoomAhead() {}

    /**
     * Sets aside what a regular file lacks to grow to a size; its length and content stay. Setting aside what is there
     * already is success. The blocks go with the file, or when it is cut.
     *
     * @throws DiskFullException when there is no room for that
     * @throws HostException when the file is missing, or its filesystem cannot do it
     */
    public static void reserve(Path file, long sizeBytes) {
        try (OpenFile open = OpenFile.open(file, OpenFlags.READ_WRITE)) {
            open.requireRegular();
            Errno.require(
                    LibC.fallocate(open.descriptor(), KEEP_SIZE, 0, sizeBytes), "cannot set room aside for " + file);
        }
    }
}
