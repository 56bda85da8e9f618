package io.sistemo.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Control groups of the kernel, by their filesystem. */
final class LinuxCgroups implements Cgroups {
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*");
    private static final List<String> CONTROLLERS = List.of("memory", "cpu", "pids");
    private static final Set<String> OLD_FILES = Set.of("tasks", "notify_on_release", "release_agent");
    /** The limit that is set last, and has the same name in both versions. */
    private static final String LAST_LIMIT = "pids.max";
    /** Of a new group. */
    private static final String UNLIMITED = "max";

    private static final int MOST_TRIES = 10;
    private static final int CPU_PERIOD_MICROSECONDS = 100_000;

    private final CgroupTrees trees;
    private final CgroupKill kill;
    private final CgroupUsageFiles usage;
    /** Guards parents: one that was just made for a new group must not go because another group went. */
    private final Object parents = new Object();

    LinuxCgroups() {
        try {
            trees = CgroupTrees.parse(java.nio.file.Files.readAllLines(Path.of("/proc/self/mountinfo")), CONTROLLERS);
        } catch (IOException e) {
            throw new HostException("cannot read the list of mounts", e);
        }
        kill = new CgroupKill();
        usage = new CgroupUsageFiles(trees);
    }

    @Override
    public boolean exists(String path) {
        return directories(path).stream().anyMatch(CgroupFile::isDirectory);
    }

    @Override
    public boolean isWhole(String path) {
        Path unified = trees.unified().resolve(path);
        return CgroupFile.isDirectory(unified)
                && CgroupFile.find(unified, LAST_LIMIT)
                        .or(() -> Optional.ofNullable(trees.legacy().get("pids"))
                                .flatMap(tree -> CgroupFile.find(tree.resolve(path), LAST_LIMIT)))
                        .filter(limit -> !limit.equals(UNLIMITED))
                        .isPresent();
    }

    @Override
    public void create(String path, CgroupLimits limits) {
        synchronized (parents) {
            directories(path).forEach(this::make);
        }
        for (String controller : CONTROLLERS) {
            limit(path, controller, limits);
        }
    }

    /** Another daemon may remove a parent that we share, empty in its eyes, while we are at it: then we begin again. */
    private void make(Path directory) {
        for (int tries = 1; tries < MOST_TRIES; tries++) {
            try {
                makeWithParents(directory);
                return;
            } catch (HostException e) {
                if (CgroupFile.isDirectory(PartialFile.parentOf(directory))) {
                    throw e;
                }
            }
        }
        makeWithParents(directory);
    }

    /** In version 2, each group's parent has to hand a controller down. */
    private void makeWithParents(Path directory) {
        Path tree = treeOf(directory);
        Path at = tree;
        for (Path name : tree.relativize(directory)) {
            if (at.startsWith(trees.unified())) {
                handDown(at);
            }
            at = at.resolve(name);
            CgroupFile.make(at);
        }
    }

    private void handDown(Path directory) {
        List<String> offered =
                List.of(CgroupFile.read(directory, "cgroup.controllers").split("\\s+"));
        List<String> handedDown =
                List.of(CgroupFile.read(directory, "cgroup.subtree_control").split("\\s+"));
        for (String controller : CONTROLLERS) {
            if (offered.contains(controller) && !handedDown.contains(controller)) {
                CgroupFile.write(directory, "cgroup.subtree_control", "+" + controller);
            }
        }
    }

    private Path treeOf(Path directory) {
        return Stream.concat(Stream.of(trees.unified()), trees.legacy().values().stream())
                .filter(directory::startsWith)
                .findFirst()
                .orElseThrow();
    }

    private void limit(String path, String controller, CgroupLimits limits) {
        long quotaMicroseconds = (long) limits.cpuPercent() * CPU_PERIOD_MICROSECONDS / 100;
        Path unified = trees.unified().resolve(path);
        if (List.of(CgroupFile.read(unified, "cgroup.controllers").split("\\s+"))
                .contains(controller)) {
            switch (controller) {
                case "memory" -> CgroupFile.write(unified, "memory.max", Long.toString(limits.memoryBytes()));
                case "cpu" -> CgroupFile.write(unified, "cpu.max", quotaMicroseconds + " " + CPU_PERIOD_MICROSECONDS);
                default -> CgroupFile.write(unified, "pids.max", Integer.toString(limits.processes()));
            }
            return;
        }
        Path tree = trees.legacy().get(controller);
        if (tree == null) {
            throw new HostException("this kernel cannot limit " + controller + ": no such control group controller");
        }
        Path legacy = tree.resolve(path);
        switch (controller) {
            case "memory" -> CgroupFile.write(legacy, "memory.limit_in_bytes", Long.toString(limits.memoryBytes()));
            case "cpu" -> {
                CgroupFile.write(legacy, "cpu.cfs_period_us", Integer.toString(CPU_PERIOD_MICROSECONDS));
                CgroupFile.write(legacy, "cpu.cfs_quota_us", Long.toString(quotaMicroseconds));
            }
            default -> CgroupFile.write(legacy, "pids.max", Integer.toString(limits.processes()));
        }
    }

    @Override
    public List<Long> members(String path) {
        return directories(path).stream()
                .flatMap(directory -> CgroupFile.members(directory).stream())
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public void kill(String path) {
        kill.kill(path, directories(path));
    }

    @Override
    public void killAndRemove(String path) {
        List<Path> directories = directories(path);
        kill.kill(path, directories);
        directories.forEach(kill::remove);
        removeEmptyParents(path);
    }

    private void removeEmptyParents(String path) {
        synchronized (parents) {
            int slash = path.lastIndexOf('/');
            while (slash > 0) {
                String parent = path.substring(0, slash);
                if (!list(parent).isEmpty() || !members(parent).isEmpty()) {
                    return;
                }
                directories(parent).forEach(CgroupFile::removeIfEmpty);
                slash = parent.lastIndexOf('/');
            }
        }
    }

    @Override
    public OptionalLong cpuNanoseconds(String path) {
        return usage.cpuNanoseconds(path);
    }

    @Override
    public Optional<CgroupUsage> usage(String path) {
        return usage.usage(path);
    }

    @Override
    public List<String> list(String parentPath) {
        return directories(parentPath).stream()
                .flatMap(LinuxCgroups::children)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Whether a name in a hierarchy is a group of ours and not one of the kernel's files, without a look at each: those have a
     * dot in their names, but for three of version 1 (the kernel's {@code cgroup-v1/cgroups.rst}).
     */
    private static boolean isGroup(String name) {
        return name.indexOf('.') < 0 && !OLD_FILES.contains(name);
    }

    private static Stream<String> children(Path directory) {
        try (Stream<Path> entries = java.nio.file.Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).filter(LinuxCgroups::isGroup).toList().stream();
        } catch (NoSuchFileException e) {
            return Stream.of();
        } catch (IOException e) {
            throw new HostException("cannot list the control group " + directory, e);
        }
    }

    @Override
    public List<Path> directories(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("not a control group's path: " + path);
        }
        return trees.directories(path);
    }
}
