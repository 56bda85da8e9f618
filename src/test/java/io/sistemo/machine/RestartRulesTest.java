package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a machine that ended by itself is started again. */
class RestartRulesTest {
    private static final RestartRules RULES = RestartRules.of(RestartPolicy.NO);
    private static final Instant NOW = Instant.EPOCH;

    private static String decide(RestartPolicy policy, VmmEnd.Kind kind, int attempts, int ranSeconds) {
        Supervision supervision = new Supervision(policy, attempts, Optional.empty(), false);
        return switch (RULES.decide(supervision, kind, Optional.of(Duration.ofSeconds(ranSeconds)), NOW)) {
            case RestartRules.Verdict.Stays(boolean failed, boolean gaveUp) ->
                gaveUp ? "gave up" : failed ? "failed" : "stopped";
            case RestartRules.Verdict.Again(int next, Instant due) ->
                "attempt " + next + " in " + Duration.between(NOW, due).toSeconds() + " s";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "REBOOTED,    NO,         0,  5,  attempt 0 in 0 s",
        "REBOOTED,    ON_FAILURE, 0,  5,  attempt 0 in 0 s",
        "REBOOTED,    ALWAYS,     3,  5,  attempt 3 in 0 s",
        "POWERED_OFF, NO,         0,  5,  stopped",
        "POWERED_OFF, ON_FAILURE, 0,  5,  stopped",
        "POWERED_OFF, ALWAYS,     0,  5,  attempt 1 in 0 s",
        "POWERED_OFF, ALWAYS,     1,  5,  attempt 2 in 1 s",
        "FAILED,      NO,         0,  5,  failed",
        "FAILED,      ON_FAILURE, 0,  5,  attempt 1 in 0 s",
        "FAILED,      ON_FAILURE, 3,  5,  attempt 4 in 4 s",
        "FAILED,      ON_FAILURE, 9,  5,  attempt 10 in 60 s",
        "FAILED,      ON_FAILURE, 10, 5,  gave up",
        // It has run for a while, and begins anew.
        "FAILED,      ON_FAILURE, 10, 60, attempt 1 in 0 s",
        "FAILED,      ALWAYS,     99, 5,  attempt 100 in 60 s",
        "FAILED,      ALWAYS,     99, 61, attempt 1 in 0 s",
    })
    void whatBecomesOfAMachine(VmmEnd.Kind kind, RestartPolicy policy, int attempts, int ranSeconds, String expected) {
        assertThat(decide(policy, kind, attempts, ranSeconds)).isEqualTo(expected);
    }

    @Test
    void waitsDoubleUpToTheLongest() {
        assertThat(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1000).stream()
                        .map(attempt -> RULES.wait(attempt).toSeconds())
                        .toList())
                .containsExactly(0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void aClockThatWasSetBackMakesNoWaitLonger() {
        assertThat(RULES.left(3, NOW.plusSeconds(1), NOW)).isEqualTo(Duration.ofSeconds(1));
        assertThat(RULES.left(3, NOW.minusSeconds(1), NOW)).isEqualTo(Duration.ZERO);
        assertThat(RULES.left(3, NOW.plusSeconds(86_400), NOW)).isEqualTo(Duration.ofSeconds(2));
    }
}
