package io.sistemo.host;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** The processes that this program started, for their exit codes. Forgets the oldest: the codes are a courtesy. */
final class OwnChildren {
    private static final int MOST = 4096;
    private static final int LONGEST_WAIT_SECONDS = 5;

    private final Map<ProcessIdentity, Process> children = new LinkedHashMap<>();

    synchronized void add(ProcessIdentity identity, Process process) {
        children.put(identity, process);
        if (children.size() > MOST) {
            children.remove(children.keySet().iterator().next());
        }
    }

    /** The exit code of a child that has ended; may be asked again. Empty when it is not ours. */
    OptionalInt exitCode(ProcessIdentity identity) {
        Process process;
        synchronized (this) {
            process = children.get(identity);
        }
        if (process == null) {
            return OptionalInt.empty();
        }
        try {
            // It has ended, but Java's own thread may not have collected it yet.
            boolean collected = process.waitFor(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
            return collected ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }
}
