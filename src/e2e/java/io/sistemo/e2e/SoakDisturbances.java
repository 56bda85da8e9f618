package io.sistemo.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was done to the program, and when. Safe for concurrent use. Times are {@link System#nanoTime}. */
final class SoakDisturbances {
    /** How long what was done is still felt: a machine that was held goes on, a killed one is noticed. */
    private static final long FELT_NANOS = Duration.ofSeconds(15).toNanos();

    private final List<Disturbance> all = new ArrayList<>();
    private final Map<String, Long> killedAt = new HashMap<>();

    /** One of them; without an end it goes on. */
    static final class Disturbance {
        private final SoakAnswer.Cause cause;
        private long ended = Long.MAX_VALUE;

        private Disturbance(SoakAnswer.Cause cause) {
            this.cause = cause;
        }
    }

    /** To be called before anything is done. */
    synchronized Disturbance begin(SoakAnswer.Cause cause) {
        Disturbance disturbance = new Disturbance(cause);
        all.add(disturbance);
        return disturbance;
    }

    /** To be called after it was taken back. */
    synchronized void end(Disturbance disturbance) {
        disturbance.ended = System.nanoTime() + FELT_NANOS;
    }

    /** To be called before a machine's VMM is killed. */
    void killing(String machineId) {
        synchronized (this) {
            killedAt.put(machineId, System.nanoTime());
        }
        end(begin(SoakAnswer.Cause.VMM_KILLED));
    }

    /** Whether a machine's VMM was killed since a time. */
    synchronized boolean wasKilledSince(String machineId, long time) {
        return Optional.ofNullable(killedAt.get(machineId))
                .filter(killed -> killed - time >= 0)
                .isPresent();
    }

    /** What was going on since a time. */
    synchronized Set<SoakAnswer.Cause> since(long time) {
        Set<SoakAnswer.Cause> causes = EnumSet.noneOf(SoakAnswer.Cause.class);
        for (Disturbance disturbance : all) {
            if (disturbance.ended == Long.MAX_VALUE || disturbance.ended - time > 0) {
                causes.add(disturbance.cause);
            }
        }
        return causes;
    }

    /** How often something was done. */
    synchronized long count(SoakAnswer.Cause cause) {
        return all.stream().filter(disturbance -> disturbance.cause == cause).count();
    }
}
