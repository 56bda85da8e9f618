package io.sistemo.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Control groups with a listener around every call. */
final class TracedCgroups implements Cgroups {
    private final TracedHost traced;
    private final Cgroups inner;

    TracedCgroups(TracedHost traced, Cgroups inner) {
        this.traced = traced;
        this.inner = inner;
    }

    @Override
    public boolean exists(String path) {
        return traced.call("cgroups.exists", path, () -> inner.exists(path));
    }

    @Override
    public boolean isWhole(String path) {
        return traced.call("cgroups.isWhole", path, () -> inner.isWhole(path));
    }

    @Override
    public void create(String path, CgroupLimits limits) {
        traced.run("cgroups.create", path, () -> inner.create(path, limits));
    }

    @Override
    public List<Long> members(String path) {
        return traced.call("cgroups.members", path, () -> inner.members(path));
    }

    @Override
    public void kill(String path) {
        traced.run("cgroups.kill", path, () -> inner.kill(path));
    }

    @Override
    public void killAndRemove(String path) {
        traced.run("cgroups.killAndRemove", path, () -> inner.killAndRemove(path));
    }

    @Override
    public OptionalLong cpuNanoseconds(String path) {
        return traced.call("cgroups.cpuNanoseconds", path, () -> inner.cpuNanoseconds(path));
    }

    @Override
    public Optional<CgroupUsage> usage(String path) {
        return traced.call("cgroups.usage", path, () -> inner.usage(path));
    }

    @Override
    public List<String> list(String parentPath) {
        return traced.call("cgroups.list", parentPath, () -> inner.list(parentPath));
    }

    @Override
    public List<Path> directories(String path) {
        return inner.directories(path); // pure
    }
}
