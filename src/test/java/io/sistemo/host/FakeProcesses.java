package io.sistemo.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Processes in memory, as one program sees them. */
final class FakeProcesses implements Processes {
    private final FakeState state;
    private final CallListener listener;
    private final Set<ProcessIdentity> children = new HashSet<>();

    FakeProcesses(FakeState state, CallListener listener) {
        this.state = state;
        this.listener = listener;
    }

    @Override
    public ProcessIdentity launch(LaunchSpec spec) {
        List<Path> disks = new ArrayList<>(spec.dataDisks());
        disks.addFirst(spec.disk());
        synchronized (state) {
            List<String> groups =
                    spec.cgroupDirectories().stream().map(FakeCgroups::pathOf).toList();
            requireWhole(groups);
            List<Path> files = new ArrayList<>(disks);
            files.addAll(List.of(spec.kernel(), spec.initrd()));
            for (Path file : files) {
                if (!(state.nodes.get(file) instanceof FakeState.Regular)) {
                    throw new LaunchFailed(file + " is not a regular file");
                }
            }
            for (Path disk : disks) {
                if (state.processes.isLocked(disk)) {
                    throw new LaunchFailed("the disk " + disk + " is in use by another VMM");
                }
            }
            FakeState.Namespace namespace = state.namespaces.get(spec.namespace());
            if (namespace == null || !namespace.whole) {
                throw new LaunchFailed("no network namespace " + spec.namespace());
            }
            for (Path log : List.of(spec.console(), spec.log())) {
                state.requireParent(log);
                state.nodes.putIfAbsent(log, new FakeState.Regular(new byte[0], 0, 0, 0600, 0));
            }
        }
        listener.step("processes.launch " + spec.disk(), 1);
        synchronized (state) {
            Optional<FakeJail> jail = switch (spec.confinement()) {
                case LAUNCHER -> Optional.empty();
                case JAILER -> Optional.of(FakeJail.enter(state, spec.command()));
            };
            ProcessIdentity identity = state.processes.start(
                    Set.copyOf(disks),
                    spec.namespace(),
                    spec.cgroupDirectories().stream().map(FakeCgroups::pathOf).collect(Collectors.toSet()));
            jail.ifPresent(entered -> state.processes.enter(identity, entered));
            children.add(identity);
            return identity;
        }
    }

    @Override
    public ProcessIdentity launch(ServiceSpec spec) {
        Set<String> groups =
                spec.cgroupDirectories().stream().map(FakeCgroups::pathOf).collect(Collectors.toSet());
        synchronized (state) {
            requireWhole(groups);
            state.requireParent(spec.log());
            state.nodes.putIfAbsent(spec.log(), new FakeState.Regular(new byte[0], 0, 0, 0600, 0));
        }
        listener.step("processes.launch " + spec.log(), 1);
        synchronized (state) {
            ProcessIdentity identity = state.processes.start(Set.of(), FakeState.HOST_NAMESPACE, groups);
            children.add(identity);
            return identity;
        }
    }

    private void requireWhole(Collection<String> groups) {
        for (String group : groups) {
            FakeState.Cgroup cgroup = state.cgroups.get(group);
            if (cgroup == null || !cgroup.unified() || !cgroup.legacy()) {
                throw new LaunchFailed("cannot join the control group " + group);
            }
        }
    }

    @Override
    public boolean alive(ProcessIdentity identity) {
        return state.processes.isAlive(identity);
    }

    @Override
    public Set<ProcessIdentity> aliveAmong(Collection<ProcessIdentity> identities) {
        Set<ProcessIdentity> alive = new HashSet<>(state.processes.running());
        alive.retainAll(identities);
        return alive;
    }

    @Override
    public Optional<ProcessIdentity> identify(long pid) {
        return state.processes.running().stream()
                .filter(identity -> identity.pid() == pid)
                .findFirst();
    }

    @Override
    public Optional<LinkTraffic> traffic(ProcessIdentity identity, String link) {
        return alive(identity) ? Optional.of(new LinkTraffic(100, 1, 200, 2)) : Optional.empty();
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
