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

    /** Calls back once, on a virtual thread of its own, when the process has ended; owns the descriptor from here on. */
    synchronized ExitWatch await(Pidfd pidfd, Runnable onExit) {
        if (wakeup < 0) {
            wakeup = (int) Errno.require(LibC.eventfd(), "cannot watch processes");
            Thread.ofPlatform().name("process-exits").daemon().start(this::run);
        }
        Wait wait = new Wait(pidfd, onExit);
        waits.add(wait);
        wake();
        return () -> cancel(wait);
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

    private void drain(Arena arena) {
        // Non-blocking: with nothing to take it answers EAGAIN, which is as good.
        LibC.read(wakeup, arena.allocate(8, 8));
    }

    private synchronized void finish(MemorySegment descriptors, List<Wait> polled) {
        for (int i = 0; i < polled.size(); i++) {
            long at = (long) POLLFD_BYTES * (i + 1);
            Wait wait = polled.get(i);
            if (descriptors.get(ValueLayout.JAVA_SHORT, at + 6) != 0 && !wait.cancelled) {
                wait.pidfd.close();
                waits.remove(wait);
                Thread.ofVirtual().name("process-exit").start(wait.onExit);
            }
        }
    }

    private static final class Wait {
        final Pidfd pidfd;
        final Runnable onExit;
        boolean cancelled;

        Wait(Pidfd pidfd, Runnable onExit) {
            this.pidfd = pidfd;
            this.onExit = onExit;
        }
    }
}
