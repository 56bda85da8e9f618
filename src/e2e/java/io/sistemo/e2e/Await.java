package io.sistemo.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a condition, with a deadline. */
final class Await {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    /** Looks again and again until it holds; an AssertionError that says what was awaited when the time is up. */
    static void until(Duration limit, String what, Callable<Boolean> holds) throws Exception {
        Instant deadline = Instant.now().plus(limit);
        while (!holds.call()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
