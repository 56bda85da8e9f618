package io.sistemo.host;

import java.nio.file.Path;
import java.util.List;

/** Control groups in memory: a version 2 tree with all controllers. */
final class FakeCgroups implements Cgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    /** Of a parent, which limits nothing itself. */
    private static final CgroupLimits UNLIMITED =
            new CgroupLimits(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

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
    public void create(String path, CgroupLimits limits) {
        synchronized (state) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                state.cgroups.putIfAbsent(path.substring(0, slash), UNLIMITED);
            }
            state.cgroups.putIfAbsent(path, UNLIMITED);
        }
        listener.step("cgroups.create " + path, 1);
        synchronized (state) {
            state.cgroups.put(path, limits);
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
        members(path).forEach(pid -> state.processes.exit(pid, 128 + Signal.KILL.number()));
        listener.step("cgroups.killAndRemove " + path, 1);
        synchronized (state) {
            String at = path;
            while (list(at).isEmpty() && members(at).isEmpty()) {
                state.cgroups.remove(at);
                int slash = at.lastIndexOf('/');
                if (slash < 0) {
                    return;
                }
                at = at.substring(0, slash);
            }
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
