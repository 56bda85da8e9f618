package io.sistemo.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The mount points of a {@code mountinfo}, see proc(5). */
final class MountPoints {
    private static final int MOUNT_POINT_FIELD = 4;

    private MountPoints() {}

    /** Pure. Spaces in names stay escaped, as the kernel writes them. */
    static Set<Path> parse(List<String> mountinfo) {
        return mountinfo.stream()
                .map(line -> Path.of(List.of(line.split(" ", -1)).get(MOUNT_POINT_FIELD)))
                .collect(Collectors.toUnmodifiableSet());
    }
}
