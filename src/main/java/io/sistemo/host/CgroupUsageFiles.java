package io.sistemo.host;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads what a cgroup uses, from version 2 where it has the controller, else from version 1 (the kernel's {@code
 * cgroup-v2.rst}, {@code cgroup-v1/memory.rst} and {@code scheduler/sched-bwc.rst}).
 */
final class CgroupUsageFiles {
    private static final long NANOSECONDS = 1000;
    private static final String STATISTICS = "cpu.stat";

    private final CgroupTrees trees;

    CgroupUsageFiles(CgroupTrees trees) {
        this.trees = trees;
    }

    /** Processor time in nanoseconds; version 2 counts it without any controller. Empty when there is no such group. */
    OptionalLong cpuNanoseconds(String path) {
        return scaled(field(trees.unified().resolve(path), "usage_usec"), NANOSECONDS);
    }

    /** All of it; empty when there is no such group. */
    Optional<CgroupUsage> usage(String path) {
        OptionalLong cpu = cpuNanoseconds(path);
        if (cpu.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new CgroupUsage(
                cpu.getAsLong(),
                throttled(path),
                number(path, "memory", "memory.current", "memory.usage_in_bytes"),
                number(path, "pids", "pids.current", "pids.current")));
    }

    private long throttled(String path) {
        OptionalLong unified = scaled(field(trees.unified().resolve(path), "throttled_usec"), NANOSECONDS);
        if (unified.isPresent()) {
            return unified.getAsLong();
        }
        Path legacy = trees.legacy().get("cpu");
        return legacy == null
                ? 0
                : field(legacy.resolve(path), "throttled_time").orElse(0);
    }

    private long number(String path, String controller, String unifiedFile, String legacyFile) {
        Path legacy = trees.legacy().get(controller);
        return CgroupFile.find(trees.unified().resolve(path), unifiedFile)
                .or(() -> legacy == null ? Optional.empty() : CgroupFile.find(legacy.resolve(path), legacyFile))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private static OptionalLong scaled(OptionalLong value, long factor) {
        return value.isPresent() ? OptionalLong.of(value.getAsLong() * factor) : value;
    }

    private static OptionalLong field(Path directory, String name) {
        return CgroupFile.find(directory, STATISTICS)
                .map(text -> field(text, name))
                .orElse(OptionalLong.empty());
    }

    /** Of lines like {@code usage_usec 12}. Pure. */
    static OptionalLong field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst();
    }
}
