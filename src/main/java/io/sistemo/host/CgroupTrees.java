package io.sistemo.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the hierarchies of control groups are mounted.
 *
 * @param unified that of version 2
 * @param legacy those of version 1, by controller; only the ones that we use
 */
record CgroupTrees(Path unified, Map<String, Path> legacy) {
    private static final Path USUAL_PARENT = Path.of("/sys/fs/cgroup");
    /** Fields before the optional ones in {@code /proc/self/mountinfo}, see proc(5). */
    private static final int MOUNT_POINT_FIELD = 4;

    private static final int ROOT_FIELD = 3;

    /**
     * Reads a {@code mountinfo}. Pure. Of several mounts of one hierarchy the last in {@code /sys/fs/cgroup} counts: it lies
     * on top.
     *
     * @throws HostException when version 2 is not mounted
     */
    static CgroupTrees parse(List<String> mountinfo, List<String> controllers) {
        Optional<Path> unified = Optional.empty();
        Map<String, Path> legacy = new LinkedHashMap<>();
        for (String line : mountinfo) {
            int separator = line.indexOf(" - ");
            if (separator < 0) {
                continue;
            }
            List<String> before = List.of(line.substring(0, separator).split(" ", -1));
            List<String> after = List.of(line.substring(separator + 3).split(" ", -1));
            Path mountPoint = Path.of(before.get(MOUNT_POINT_FIELD));
            boolean isUsable = before.get(ROOT_FIELD).equals("/") && mountPoint.startsWith(USUAL_PARENT);
            String type = after.getFirst();
            if (type.equals("cgroup2") && isUsable) {
                unified = Optional.of(mountPoint);
            } else if (type.equals("cgroup") && isUsable) {
                List<String> options = List.of(after.getLast().split(",", -1));
                controllers.stream().filter(options::contains).forEach(name -> legacy.put(name, mountPoint));
            }
        }
        Path found = unified.orElseThrow(() -> new HostException(
                "control groups version 2 are not mounted under " + USUAL_PARENT + ": mount cgroup2 there"));
        return new CgroupTrees(found, Map.copyOf(legacy));
    }

    /** A group's directory in every hierarchy, each once, version 2 first. */
    List<Path> directories(String path) {
        List<Path> result = new ArrayList<>(List.of(unified.resolve(path)));
        legacy.values().stream().distinct().sorted().forEach(tree -> result.add(tree.resolve(path)));
        return List.copyOf(result);
    }
}
