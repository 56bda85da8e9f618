package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Waits for the ends of processes on one platform thread: a blocked wait would pin a virtual one. The thread starts with the
 * first wait and lives as long as the program. The kernel keeps the list (epoll(7)), so that one wait more costs the same
 * however many there are: a daemon that starts takes up a thousand one after the other.
 */
final class ExitPoller {
    private static final int POLLFD_BYTES = 8;
    private static final short READABLE = 1;
    /** {@code EPOLLIN | EPOLLONESHOT}: an end is told once. */
    private static final int READABLE_ONCE = 1 | 1 << 30;
    /** {@code struct epoll_event} of {@code linux/eventpoll.h}, which is packed on x86-64 only. */
    private static final int EVENT_BYTES = Processor.IS_ARM64 ? 16 : 12;

    private static final int EVENT_DATA_OFFSET = Processor.IS_ARM64 ? 8 : 4;
    private static final int MOST_EVENTS = 64;

    /** By numbers that are never used again, unlike descriptors. */
    private final Map<Long, Wait> waits = new HashMap<>();

    private int poll = -1;
    private long lastNumber;

    private record Wait(ProcessIdentity identity, Pidfd pidfd, Runnable onExit) {}

    /**
     * Calls back once, on a virtual thread of its own, when the process has ended; owns the descriptor from here on.
     *
     * @param identity of the process that the descriptor is of
     */
    synchronized ExitWatch await(ProcessIdentity identity, Pidfd pidfd, Runnable onExit) {
        if (poll < 0) {
            poll = (int) Errno.require(LibC.epoll(), "cannot watch processes");
            Thread.ofPlatform().name("process-exits").daemon().start(this::run);
        }
        long number = ++lastNumber;
        waits.put(number, new Wait(identity, pidfd, onExit));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, 8);
            event.set(ValueLayout.JAVA_INT, 0, READABLE_ONCE);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, EVENT_DATA_OFFSET, number);
            Errno.require(LibC.epollAdd(poll, pidfd.descriptor(), event), "cannot watch the process " + identity.pid());
        } catch (HostException e) {
            end(number);
            throw e;
        }
        return () -> end(number);
    }

    /**
     * Those that are waited for and run at this moment: the kernel is asked about all of them at once. A descriptor stays that
     * process's, so what it tells is as good as a look at the process itself.
     */
    synchronized Set<ProcessIdentity> running() {
        // Under the lock no descriptor is closed.
        List<Wait> asked = new ArrayList<>(waits.values());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment descriptors = arena.allocate((long) POLLFD_BYTES * Math.max(1, asked.size()), 8);
            for (int i = 0; i < asked.size(); i++) {
                long at = (long) POLLFD_BYTES * i;
                descriptors.set(ValueLayout.JAVA_INT, at, asked.get(i).pidfd().descriptor());
                descriptors.set(ValueLayout.JAVA_SHORT, at + 4, READABLE);
            }
            if (LibC.pollNow(descriptors, asked.size()) < 0) {
                // Not answered: whoever asks looks at each by itself.
                return Set.of();
            }
            Set<ProcessIdentity> running = new HashSet<>();
            for (int i = 0; i < asked.size(); i++) {
                if (descriptors.get(ValueLayout.JAVA_SHORT, (long) POLLFD_BYTES * i + 6) == 0) {
                    running.add(asked.get(i).identity());
                }
            }
            return running;
        }
    }

    /** Waits no more, and gives the descriptor back; the kernel then forgets it by itself. */
    private synchronized Optional<Wait> end(long number) {
        Optional<Wait> ended = Optional.ofNullable(waits.remove(number));
        ended.ifPresent(wait -> wait.pidfd().close());
        return ended;
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate((long) EVENT_BYTES * MOST_EVENTS, 8);
            while (true) {
                long count = LibC.epollWait(poll, events, MOST_EVENTS);
                if (count == -Errno.EINTR) {
                    continue;
                }
                Errno.require(count, "cannot watch processes");
                for (int i = 0; i < count; i++) {
                    long number =
                            events.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) EVENT_BYTES * i + EVENT_DATA_OFFSET);
                    end(number)
                            .ifPresent(wait ->
                                    Thread.ofVirtual().name("process-exit").start(wait.onExit()));
                }
            }
        }
    }
}
