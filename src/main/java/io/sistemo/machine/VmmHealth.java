package io.sistemo.machine;

import io.sistemo.vmm.VmmCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is known of how one VMM is, from looks that are seconds apart. A VMM that uses processor time is asked rarely, unless
 * something was wrong with it; one that uses none may be idle or hang, and only its answer tells. Safe for concurrent use.
 */
final class VmmHealth {
    /** Of a VMM that uses no processor time, or with which something was wrong, which may be over. */
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(30);
    /** Of any VMM: it may spin and answer nobody. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);
    /** A busy host may keep a VMM from answering once. */
    private static final int SURE_AFTER = 2;

    private final CpuSamples samples = new CpuSamples();
    private final Instant firstSeen;
    private Optional<Instant> asked = Optional.empty();
    private Optional<Instant> silentSince = Optional.empty();
    private int unanswered;
    private Optional<String> diagnosis = Optional.empty();

    VmmHealth(Instant firstSeen) {
        this.firstSeen = firstSeen;
    }

    CpuSamples samples() {
        return samples;
    }

    /** What is wrong with it, as a clause for users. */
    synchronized Optional<String> diagnosis() {
        return diagnosis;
    }

    /**
     * Whether it should be asked now; who is told so asks.
     *
     * @param advanced whether it has used processor time since the last look
     */
    synchronized boolean shouldBeAsked(boolean advanced, Instant now) {
        boolean due;
        if (unanswered > 0 && unanswered < SURE_AFTER) {
            due = true;
        } else if (advanced && diagnosis.isEmpty()) {
            due = !now.isBefore(asked.orElse(firstSeen).plus(LONGEST_SILENCE));
        } else {
            due = asked.isEmpty() || !now.isBefore(asked.get().plus(BETWEEN_QUESTIONS));
        }
        if (due) {
            asked = Optional.of(now);
        }
        return due;
    }

    /** It did not answer. */
    synchronized void silent(Instant now) {
        unanswered++;
        if (silentSince.isEmpty()) {
            silentSince = Optional.of(now);
        }
        if (unanswered >= SURE_AFTER) {
            diagnosis = Optional.of("its VMM has not answered since "
                    + silentSince.get().truncatedTo(ChronoUnit.SECONDS) + ", though it is there");
        }
    }

    /**
     * It answered.
     *
     * @param panic what the guest's kernel printed when it panicked
     */
    synchronized void answered(VmmCondition condition, Optional<String> panic) {
        unanswered = 0;
        silentSince = Optional.empty();
        diagnosis = panic.map(line -> "its guest's kernel has panicked and does nothing any more: " + line)
                .or(() -> switch (condition) {
                    case RUNS, PAUSED -> Optional.empty();
                    case HELD ->
                        Optional.of("its guest stands still, since a write found no room on the host's disk; it goes on"
                                + " when there is some");
                    case PANICKED -> Optional.of("its guest's kernel has panicked and does nothing any more");
                    case STUCK -> Optional.of("its VMM has stopped its guest and does not let it go on");
                });
    }
}
