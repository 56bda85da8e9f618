package io.sistemo.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Control groups in memory: a version 2 tree with all controllers. */
final class FakeCgroups implements Cgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final FakeState.Cgroup PARENT = new FakeState.Cgroup(true, true, Optional.empty());

    private final FakeState state;
    private final CallListener listener;

    FakeCgroups(FakeState state, CallListener listener) {
        this.state = state;
        this.listener = listener;
    }

    /** The group that a directory stands for. */
    static String pathOf(Path directory) {
        return ROOT.relativize(directory).toString();
    }

    @Override
    public boolean exists(String path) {
        synchronized (state) {
            return state.cgroups.containsKey(path);
        }
    }

    @Override
    public boolean isWhole(String path) {
        synchronized (state) {
            FakeState.Cgroup cgroup = state.cgroups.get(path);
            return cgroup != null && cgroup.unified() && cgroup.limits().isPresent();
        }
    }

    @Override
    public void create(String path, CgroupLimits limits) {
        FakeState.Cgroup present;
        synchronized (state) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                state.cgroups.put(path.substring(0, slash), PARENT);
            }
            present = state.cgroups.getOrDefault(path, new FakeState.Cgroup(true, false, Optional.empty()));
            put(path, new FakeState.Cgroup(true, present.legacy(), present.limits()));
        }
        listener.step("cgroups.create " + path, 1);
        put(path, new FakeState.Cgroup(true, true, present.limits()));
        listener.step("cgroups.create " + path, 2);
        put(path, new FakeState.Cgroup(true, true, Optional.of(limits)));
    }

    private void put(String path, FakeState.Cgroup cgroup) {
        synchronized (state) {
            state.cgroups.put(path, cgroup);
        }
    }

    @Override
    public List<Long> members(String path) {
        return state.processes.inCgroup(path);
    }

    @Override
    public void kill(String path) {
        members(path).forEach(pid -> state.processes.exit(pid, 128 + Signal.KILL.number()));
    }

    @Override
    public void killAndRemove(String path) {
        kill(path);
        FakeState.Cgroup present;
        synchronized (state) {
            present = state.cgroups.get(path);
        }
        if (present != null) {
            listener.step("cgroups.killAndRemove " + path, 1);
            if (present.legacy()) {
                put(path, new FakeState.Cgroup(false, true, present.limits()));
                listener.step("cgroups.killAndRemove " + path, 2);
            }
            synchronized (state) {
                state.cgroups.remove(path);
            }
            listener.step("cgroups.killAndRemove " + path, 3);
        }
        removeEmptyParents(path);
    }

    private void removeEmptyParents(String path) {
        synchronized (state) {
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                String parent = path.substring(0, slash);
                if (!list(parent).isEmpty() || !members(parent).isEmpty()) {
                    return;
                }
                state.cgroups.remove(parent);
            }
        }
    }

    @Override
    public OptionalLong cpuNanoseconds(String path) {
        Optional<CgroupUsage> usage = usage(path);
        return usage.isPresent() ? OptionalLong.of(usage.get().cpuNanoseconds()) : OptionalLong.empty();
    }

    @Override
    public Optional<CgroupUsage> usage(String path) {
        synchronized (state) {
            return Optional.ofNullable(state.cgroups.get(path)).map(_ -> {
                List<Long> members = members(path);
                return new CgroupUsage(state.processes.use(members), 0, members.size() * 4096L, members.size());
            });
        }
    }

    @Override
    public List<String> list(String parentPath) {
        String prefix = parentPath + "/";
        synchronized (state) {
            return state.cgroups.keySet().stream()
                    .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
                    .map(path -> path.substring(prefix.length()))
                    .toList();
        }
    }

    @Override
    public List<Path> directories(String path) {
        return List.of(ROOT.resolve(path));
    }
}
