package io.sistemo.machine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a machine that ended by itself is started again. Pure.
 *
 * <pre>
 * it ended       no       on-failure               always
 * rebooted       at once  at once                  at once
 * powered off    stopped  stopped                  after a wait
 * failed         failed   after a wait, bounded    after a wait
 * </pre>
 *
 * The first wait is none; the others double, up to the longest. Who has run for a while begins anew.
 *
 * @param usual the policy of machines for which none was asked
 * @param mostAttempts in a row, on failure
 * @param firstWait before the second attempt
 * @param longestWait before any attempt
 * @param settledAfter so long must a machine have run to begin anew
 */
public record RestartRules(
        RestartPolicy usual, int mostAttempts, Duration firstWait, Duration longestWait, Duration settledAfter) {
    private static final int MOST_DOUBLINGS = 20;

    /** What everybody gets; only the policy is configured. */
    public static RestartRules of(RestartPolicy usual) {
        return new RestartRules(usual, 10, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    /** What becomes of a machine. */
    sealed interface Verdict {
        /**
         * It stays as it is.
         *
         * @param failed whether that is a failure
         * @param gaveUp whether it was started again before, as often as that is done
         */
        record Stays(boolean failed, boolean gaveUp) implements Verdict {}

        /**
         * It is started again.
         *
         * @param attempts the number of the attempt
         * @param due when
         */
        record Again(int attempts, Instant due) implements Verdict {}
    }

    /**
     * Decides.
     *
     * @param supervision as it was when the machine ended
     * @param ranFor how long it had run, when it had answered
     */
    Verdict decide(Supervision supervision, VmmEnd.Kind kind, Optional<Duration> ranFor, Instant now) {
        boolean settled =
                ranFor.filter(time -> time.compareTo(settledAfter) >= 0).isPresent();
        int before = settled ? 0 : supervision.attempts();
        return switch (kind) {
            case REBOOTED -> new Verdict.Again(before, now);
            case POWERED_OFF ->
                switch (supervision.policy()) {
                    case NO, ON_FAILURE -> new Verdict.Stays(false, false);
                    case ALWAYS -> again(before + 1, now);
                };
            case FAILED ->
                switch (supervision.policy()) {
                    case NO -> new Verdict.Stays(true, false);
                    case ON_FAILURE -> before < mostAttempts ? again(before + 1, now) : new Verdict.Stays(true, true);
                    case ALWAYS -> again(before + 1, now);
                };
        };
    }

    private Verdict again(int attempts, Instant now) {
        return new Verdict.Again(attempts, now.plus(wait(attempts)));
    }

    /** Before an attempt, counted from 1. */
    Duration wait(int attempt) {
        if (attempt <= 1) {
            return Duration.ZERO;
        }
        Duration doubled = firstWait.multipliedBy(1L << Math.min(attempt - 2, MOST_DOUBLINGS));
        return doubled.compareTo(longestWait) < 0 ? doubled : longestWait;
    }

    /** How long there is still to wait; never longer than such a wait is, even when the clock was set back. */
    Duration left(int attempt, Instant due, Instant now) {
        Duration left = Duration.between(now, due);
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        Duration longest = wait(attempt);
        return left.compareTo(longest) < 0 ? left : longest;
    }
}
