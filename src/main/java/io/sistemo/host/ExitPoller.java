package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Waits for the ends of processes on one platform thread: a blocked poll would pin a virtual one. The thread starts with the
 * first wait and lives as long as the program.
 */
final class ExitPoller {
    private static final int POLLFD_BYTES = 8;
    private static final short READABLE = 1;

    private final Set<Wait> waits = new HashSet<>();
    private int wakeup = -1;

    /**
     * Calls back once, on a virtual thread of its own, when the process has ended; owns the descriptor from here on.
     *
     * @param identity of the process that the descriptor is of
     */
    synchronized ExitWatch await(ProcessIdentity identity, Pidfd pidfd, Runnable onExit) {
        if (wakeup < 0) {
            wakeup = (int) Errno.require(LibC.eventfd(), "cannot watch processes");
            Thread.ofPlatform().name("process-exits").daemon().start(this::run);
        }
        Wait wait = new Wait(identity, pidfd, onExit);
        waits.add(wait);
        wake();
        return () -> cancel(wait);
    }

    /**
     * Those that are waited for and run at this moment: the kernel is asked about all of them at once. A descriptor stays that
     * process's, so what it tells is as good as a look at the process itself.
     */
    synchronized Set<ProcessIdentity> running() {
        // Under the lock no descriptor is closed.
        List<Wait> asked = waits.stream().filter(wait -> !wait.cancelled).toList();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment descriptors = arena.allocate((long) POLLFD_BYTES * Math.max(1, asked.size()), 8);
            for (int i = 0; i < asked.size(); i++) {
                put(descriptors, i, asked.get(i).pidfd.descriptor());
            }
            if (LibC.pollNow(descriptors, asked.size()) < 0) {
                // Not answered: whoever asks looks at each by itself.
                return Set.of();
            }
            Set<ProcessIdentity> running = new HashSet<>();
            for (int i = 0; i < asked.size(); i++) {
                if (!hasEvent(descriptors, i)) {
                    running.add(asked.get(i).identity);
                }
            }
            return running;
        }
    }

    private synchronized void cancel(Wait wait) {
        // The polling thread closes the descriptor: it may be asleep on it.
        wait.cancelled = true;
        wake();
    }

    private void wake() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
            long result = LibC.write(wakeup, one);
            // EAGAIN: the counter is full of wake-ups that were not yet taken, so the thread wakes all the same.
            if (result != -Errno.EAGAIN) {
                Errno.require(result, "cannot wake the watch of processes");
            }
        }
    }

    private void run() {
        while (true) {
            List<Wait> polled = current();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment descriptors = arena.allocate((long) POLLFD_BYTES * (polled.size() + 1), 8);
                put(descriptors, 0, wakeup);
                for (int i = 0; i < polled.size(); i++) {
                    put(descriptors, i + 1, polled.get(i).pidfd.descriptor());
                }
                long result = LibC.poll(descriptors, polled.size() + 1);
                if (result != -Errno.EINTR) {
                    Errno.require(result, "cannot watch processes");
                    drain(arena);
                    finish(descriptors, polled);
                }
            }
        }
    }

    private synchronized List<Wait> current() {
        waits.stream().filter(wait -> wait.cancelled).forEach(wait -> wait.pidfd.close());
        waits.removeIf(wait -> wait.cancelled);
        return new ArrayList<>(waits);
    }

    private static void put(MemorySegment descriptors, int index, int descriptor) {
        long at = (long) POLLFD_BYTES * index;
        descriptors.set(ValueLayout.JAVA_INT, at, descriptor);
        descriptors.set(ValueLayout.JAVA_SHORT, at + 4, READABLE);
    }

    private static boolean hasEvent(MemorySegment descriptors, int index) {
        return descriptors.get(ValueLayout.JAVA_SHORT, (long) POLLFD_BYTES * index + 6) != 0;
    }

    private void drain(Arena arena) {
        // Non-blocking: with nothing to take it answers EAGAIN, which is as good.
        LibC.read(wakeup, arena.allocate(8, 8));
    }

    private synchronized void finish(MemorySegment descriptors, List<Wait> polled) {
        for (int i = 0; i < polled.size(); i++) {
            Wait wait = polled.get(i);
            if (hasEvent(descriptors, i + 1) && !wait.cancelled) {
                wait.pidfd.close();
                waits.remove(wait);
                Thread.ofVirtual().name("process-exit").start(wait.onExit);
            }
        }
    }

    private static final class Wait {
        final ProcessIdentity identity;
        final Pidfd pidfd;
        final Runnable onExit;
        boolean cancelled;

        Wait(ProcessIdentity identity, Pidfd pidfd, Runnable onExit) {
            this.identity = identity;
            this.pidfd = pidfd;
            this.onExit = onExit;
        }
    }
}
