package io.sistemo.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Ends all processes of a control group. */
final class CgroupKill {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final long LONGEST_PAUSE_MILLIS = 20;

    /**
     * Kills and waits until no hierarchy has a member left.
     *
     * @param directories of one group, that of version 2 first
     */
    void kill(String path, List<Path> directories) {
        Path unified = directories.getFirst();
        boolean killsWhole = java.nio.file.Files.exists(unified.resolve("cgroup.kill"));
        await("a process in the control group " + path + " does not die", () -> {
            boolean empty = true;
            for (Path directory : directories) {
                List<Long> members = CgroupFile.members(directory);
                empty &= members.isEmpty();
                if (!members.isEmpty() && directory.equals(unified) && killsWhole) {
                    CgroupFile.write(unified, "cgroup.kill", "1");
                } else {
                    // Each round catches what was forked meanwhile; the limit of processes bounds that.
                    members.forEach(pid -> killMember(directory, pid));
                }
            }
            return empty;
        });
    }

    /** Looks again once the process is pinned: the pid may have been given to another in between. */
    private static void killMember(Path directory, long pid) {
        Pidfd.open(pid).ifPresent(pidfd -> {
            try (pidfd) {
                if (CgroupFile.members(directory).contains(pid)) {
                    pidfd.send(Signal.KILL);
                }
            }
        });
    }

    /** Removes an emptied group; a dying process may keep it busy for a moment. */
    void remove(Path directory) {
        await("the control group " + directory + " stays busy", () -> CgroupFile.removeIfEmpty(directory));
    }

    private static void await(String complaint, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        long pauseMillis = 1;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new HostException(complaint + " after " + LONGEST_WAIT.toSeconds() + " s");
            }
            pause(pauseMillis, complaint);
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        }
    }

    private static void pause(long millis, String complaint) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException(complaint + ": interrupted while waiting", e);
        }
    }
}
