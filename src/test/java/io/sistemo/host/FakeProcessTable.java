package io.sistemo.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** The fake host's processes; guarded by the state's lock. Pids start over with each boot, so they are given out again. */
final class FakeProcessTable {
    private static final long FIRST_PID = 1000;

    private final FakeState state;
    private final Map<Long, Entry> entries = new HashMap<>();
    private long nextPid = FIRST_PID;
    private long ticks;

    FakeProcessTable(FakeState state) {
        this.state = state;
    }

    ProcessIdentity start(Set<Path> disks, String namespace, Set<String> cgroups) {
        synchronized (state) {
            ticks++;
            ProcessIdentity identity = new ProcessIdentity(nextPid, ticks, state.bootId);
            entries.put(nextPid, new Entry(identity, disks, namespace, cgroups));
            nextPid++;
            setTapOpen(namespace, true);
            return identity;
        }
    }

    /** From now on it is that jail's, and listens in there. */
    void enter(ProcessIdentity identity, FakeJail jail) {
        synchronized (state) {
            Objects.requireNonNull(entries.get(identity.pid())).jail = Optional.of(jail);
        }
    }

    /** The jail of the process that listens at a socket. */
    Optional<FakeJail> listeningAt(Path socket) {
        synchronized (state) {
            return entries.values().stream()
                    .filter(entry -> entry.exitCode.isEmpty())
                    .flatMap(entry -> entry.jail.stream())
                    .filter(jail -> jail.socket().equals(socket))
                    .findFirst();
        }
    }

    /** Ends the process that listens at a socket. */
    void exitAt(Path socket) {
        List<Long> pids;
        synchronized (state) {
            pids = entries.values().stream()
                    .filter(entry -> entry.exitCode.isEmpty()
                            && entry.jail
                                    .filter(jail -> jail.socket().equals(socket))
                                    .isPresent())
                    .map(entry -> entry.identity.pid())
                    .toList();
        }
        pids.forEach(pid -> exit(pid, 1));
    }

    /** A VMM opens the tap of its namespace; it is closed with it. */
    private void setTapOpen(String namespace, boolean open) {
        FakeState.Namespace inside = state.namespaces.get(namespace);
        if (inside != null) {
            inside.links.computeIfPresent(
                    "tap0",
                    (_, tap) -> new LinkFacts(
                            tap.name(), tap.alias(), tap.kind(), tap.master(), tap.up(), open, tap.mac()));
        }
    }

    void renamed(String from, String to) {
        entries.values().stream().filter(entry -> entry.namespace.equals(from)).forEach(entry -> entry.namespace = to);
    }

    boolean anyIn(String namespace) {
        return entries.values().stream()
                .anyMatch(entry -> entry.exitCode.isEmpty() && entry.namespace.equals(namespace));
    }

    Optional<String> namespaceOf(ProcessIdentity identity) {
        return entries.values().stream()
                .filter(entry -> entry.exitCode.isEmpty() && entry.identity.equals(identity))
                .map(entry -> entry.namespace)
                .findFirst();
    }

    /** Ends a process and tells those who watch it, each on a thread of its own as in reality. */
    void exit(long pid, int exitCode) {
        List<Consumer<OptionalInt>> watchers;
        synchronized (state) {
            Entry entry = entries.get(pid);
            if (entry == null || entry.exitCode.isPresent()) {
                return;
            }
            entry.exitCode = OptionalInt.of(exitCode);
            watchers = List.copyOf(entry.watchers);
            entry.watchers.clear();
            setTapOpen(entry.namespace, false);
            state.collect(entry.namespace);
        }
        watchers.forEach(watcher -> tell(watcher, OptionalInt.of(exitCode)));
    }

    private static void tell(Consumer<OptionalInt> watcher, OptionalInt exitCode) {
        Thread.ofVirtual().start(() -> watcher.accept(exitCode));
    }

    ExitWatch watch(ProcessIdentity identity, Consumer<OptionalInt> watcher) {
        synchronized (state) {
            Entry entry = entries.get(identity.pid());
            OptionalInt exitCode = OptionalInt.empty();
            if (entry != null && entry.identity.equals(identity)) {
                exitCode = entry.exitCode;
            }
            if (entry == null || !isAlive(identity)) {
                tell(watcher, exitCode);
                return () -> {};
            }
            entry.watchers.add(watcher);
            return () -> {
                synchronized (state) {
                    entry.watchers.remove(watcher);
                }
            };
        }
    }

    boolean isAlive(ProcessIdentity identity) {
        return running().contains(identity);
    }

    List<ProcessIdentity> running() {
        synchronized (state) {
            return entries.values().stream()
                    .filter(entry -> entry.exitCode.isEmpty())
                    .map(entry -> entry.identity)
                    .toList();
        }
    }

    OptionalInt exitCode(long pid) {
        synchronized (state) {
            Entry entry = entries.get(pid);
            return entry == null ? OptionalInt.empty() : entry.exitCode;
        }
    }

    boolean isLocked(Path disk) {
        synchronized (state) {
            return entries.values().stream().anyMatch(entry -> entry.exitCode.isEmpty() && entry.disks.contains(disk));
        }
    }

    boolean inNamespace(String namespace) {
        synchronized (state) {
            return entries.values().stream()
                    .anyMatch(entry -> entry.exitCode.isEmpty() && entry.namespace.equals(namespace));
        }
    }

    /** The process that listens in a namespace. */
    Optional<Long> vmmIn(String namespace) {
        synchronized (state) {
            return entries.values().stream()
                    .filter(entry -> entry.exitCode.isEmpty() && entry.namespace.equals(namespace))
                    .map(entry -> entry.identity.pid())
                    .findFirst();
        }
    }

    private Entry entry(long pid) {
        return Optional.ofNullable(entries.get(pid)).orElseThrow();
    }

    void setPaused(long pid, boolean paused) {
        synchronized (state) {
            entry(pid).paused = paused;
        }
    }

    boolean isPaused(long pid) {
        synchronized (state) {
            Entry entry = entries.get(pid);
            return entry != null && entry.paused;
        }
    }

    /** Held by its VMM, as for want of room: it uses no processor time. */
    void setHeld(long pid, boolean held) {
        synchronized (state) {
            entry(pid).held = held;
        }
    }

    boolean isHeld(long pid) {
        synchronized (state) {
            Entry entry = entries.get(pid);
            return entry != null && entry.held;
        }
    }

    /** Stopped as by SIGSTOP: it does nothing any more. */
    void setStopped(long pid, boolean stopped) {
        synchronized (state) {
            entry(pid).stopped = stopped;
        }
    }

    boolean isStopped(long pid) {
        synchronized (state) {
            Entry entry = entries.get(pid);
            return entry != null && entry.stopped;
        }
    }

    /** Each look finds that a process which is not stopped has used some processor time since the last one, in nanoseconds. */
    long use(List<Long> pids) {
        synchronized (state) {
            long together = 0;
            for (long pid : pids) {
                Entry entry = entry(pid);
                if (!entry.stopped && !entry.paused && !entry.held) {
                    entry.cpuNanoseconds += 1_000_000;
                }
                together += entry.cpuNanoseconds;
            }
            return together;
        }
    }

    List<Long> inCgroup(String path) {
        synchronized (state) {
            return entries.values().stream()
                    .filter(entry -> entry.exitCode.isEmpty() && entry.cgroups.contains(path))
                    .map(entry -> entry.identity.pid())
                    .sorted()
                    .toList();
        }
    }

    void clear() {
        entries.clear();
        nextPid = FIRST_PID;
        ticks = 0;
    }

    private static final class Entry {
        final ProcessIdentity identity;
        final Set<Path> disks;
        final Set<String> cgroups;
        final List<Consumer<OptionalInt>> watchers = new ArrayList<>();
        OptionalInt exitCode = OptionalInt.empty();
        Optional<FakeJail> jail = Optional.empty();
        String namespace;
        boolean paused;
        boolean held;
        boolean stopped;
        long cpuNanoseconds;

        Entry(ProcessIdentity identity, Set<Path> disks, String namespace, Set<String> cgroups) {
            this.identity = identity;
            this.disks = disks;
            this.namespace = namespace;
            this.cgroups = cgroups;
        }
    }
}
