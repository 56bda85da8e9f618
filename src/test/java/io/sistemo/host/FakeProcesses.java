package io.sistemo.host;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Processes in memory, as one program sees them. */
final class FakeProcesses implements Processes {
    private final FakeState state;
    private final Set<ProcessIdentity> children = new HashSet<>();

    FakeProcesses(FakeState state) {
        this.state = state;
    }

    @Override
    public ProcessIdentity launch(LaunchSpec spec) {
        synchronized (state) {
            List<String> groups =
                    spec.cgroupDirectories().stream().map(FakeCgroups::pathOf).toList();
            for (String group : groups) {
                if (!state.cgroups.containsKey(group)) {
                    throw new LaunchFailed("cannot join the control group " + group);
                }
            }
            for (Path file : List.of(spec.disk(), spec.kernel(), spec.initrd())) {
                if (!(state.nodes.get(file) instanceof FakeState.Regular)) {
                    throw new LaunchFailed(file + " is not a regular file");
                }
            }
            if (state.processes.isLocked(spec.disk())) {
                throw new LaunchFailed("the disk " + spec.disk() + " is in use by another VMM");
            }
            if (!state.namespaces.containsKey(spec.namespace())) {
                throw new LaunchFailed("no network namespace " + spec.namespace());
            }
            for (Path log : List.of(spec.console(), spec.log())) {
                state.requireParent(log);
                state.nodes.putIfAbsent(log, new FakeState.Regular(new byte[0], 0, 0, 0600, 0));
            }
            ProcessIdentity identity = state.processes.start(spec.disk(), spec.namespace(), Set.copyOf(groups));
            children.add(identity);
            return identity;
        }
    }

    @Override
    public boolean alive(ProcessIdentity identity) {
        return state.processes.isAlive(identity);
    }

    @Override
    public Optional<ProcessIdentity> identify(long pid) {
        return state.processes.running().stream()
                .filter(identity -> identity.pid() == pid)
                .findFirst();
    }

    @Override
    public void signal(ProcessIdentity identity, Signal signal) {
        if (alive(identity)) {
            state.processes.exit(identity.pid(), 128 + signal.number());
        }
    }

    @Override
    public ExitWatch watch(ProcessIdentity identity, Consumer<ProcessExit> onExit) {
        return state.processes.watch(identity, exitCode -> {
            boolean isOwn;
            synchronized (state) {
                isOwn = children.contains(identity);
            }
            onExit.accept(new ProcessExit(identity, isOwn ? exitCode : OptionalInt.empty()));
        });
    }
}
