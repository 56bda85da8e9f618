package io.sistemo.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be ended, in the opposite order of its start. One that fails does not keep the others from ending. */
final class Shutdowns {
    private static final Logger LOGGER = System.getLogger(Shutdowns.class.getName());

    private final Deque<Entry> entries = new ArrayDeque<>();

    /** Ends one part. */
    interface Ending {
        void run() throws Exception;
    }

    private record Entry(String name, Ending ending) {}

    void add(String name, Ending ending) {
        entries.push(new Entry(name, ending));
    }

    /** Ends everything; once. */
    void run() {
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.ending().run();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LOGGER.log(Level.WARNING, "ending the " + entry.name() + " failed", e);
            }
        }
    }
}
