package io.sistemo.machine;

import io.sistemo.host.DiskFullException;
import io.sistemo.host.HostException;
import io.sistemo.host.LaunchFailed;
import io.sistemo.store.StoreException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** How a call on the host goes wrong. Each is one point of a call's life at which the caller hears of a failure. */
enum CrashFault {
    /** It does nothing and says so. */
    FAILS("failed"),
    /** There is no room for it on the disk. */
    DISK_IS_FULL("found no room on the filesystem"),
    /** It hangs, and is given up before it has done anything. */
    HANGS_WITHOUT_EFFECT("did not end within 10 s and was killed"),
    /** It hangs, and is given up when it has done a part. */
    HANGS_HALFWAY("did not end within 10 s and was killed"),
    /** It hangs, and is given up when it has done everything. */
    HANGS_WITH_EFFECT("did not end within 10 s and was killed"),
    /** It does everything and says that it failed. */
    LIES("failed"),
    /** A commit is rolled back. */
    COMMIT_FAILS("failed"),
    /** So is it, and the next ones too: also those that should record the failure. */
    COMMITS_FAIL_FOR_A_WHILE("failed"),
    /** A commit is done and says that it failed. */
    COMMIT_LIES("failed");

    private static final int A_WHILE = 3;

    /** Calls that wait for something else: a program, the death of a process, the disk under a copy. */
    private static final Set<String> WAITING = Set.of(
            "links.apply",
            "packetFilter.apply",
            "packetFilter.deleteTable",
            "cgroups.kill",
            "cgroups.killAndRemove",
            "processes.launch",
            "disks.cloneImage",
            "filesystems.makeFrom",
            "disks.copyHashed",
            "disks.receive",
            "files.writeAtomically",
            "files.deleteTree");

    private final String complaint;

    CrashFault(String complaint) {
        this.complaint = complaint;
    }

    /** Whether it can happen at a point. */
    boolean happensAt(String point) {
        CrashPoints.Point parsed = CrashPoints.Point.parse(point);
        boolean before = parsed.moment().equals("before");
        boolean after = parsed.moment().equals("after");
        return switch (this) {
            case FAILS -> before && !parsed.isCommit();
            case DISK_IS_FULL ->
                before && Stream.of("files.", "disks.", "filesystems.make").anyMatch(parsed.call()::startsWith);
            case HANGS_WITHOUT_EFFECT -> before && WAITING.contains(parsed.call());
            case HANGS_HALFWAY -> parsed.moment().equals("step");
            case HANGS_WITH_EFFECT -> after && WAITING.contains(parsed.call());
            case LIES -> after && parsed.changes() && !parsed.isCommit();
            case COMMIT_FAILS, COMMITS_FAIL_FOR_A_WHILE -> before && parsed.isCommit();
            case COMMIT_LIES -> after && parsed.isCommit();
        };
    }

    /** How often what comes again and again must come until it meets no failure any more. */
    int ticks() {
        return this == COMMITS_FAIL_FOR_A_WHILE ? A_WHILE + 1 : 1;
    }

    /** What the caller hears. */
    RuntimeException failure(String point) {
        String sentence = "the call " + complaint + ": " + point;
        if (this == DISK_IS_FULL) {
            return new DiskFullException(sentence);
        }
        if (CrashPoints.Point.parse(point).isCommit()) {
            return new StoreException(sentence);
        }
        return point.contains("processes.launch") ? new LaunchFailed(sentence) : new HostException(sentence);
    }

    /** It happens once, or for a while: at a point, or at the next one at which it can, since two runs may differ a little. */
    CrashPoints.Fault at(int number) {
        AtomicInteger left = new AtomicInteger(this == COMMITS_FAIL_FOR_A_WHILE ? A_WHILE : 1);
        return (at, point) -> {
            if (at >= number && happensAt(point) && left.getAndDecrement() > 0) {
                throw failure(point);
            }
        };
    }
}
