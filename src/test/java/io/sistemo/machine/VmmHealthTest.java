package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.vmm.VmmCondition;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is known of a VMM, from looks that are seconds apart. */
class VmmHealthTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 1_000_000_000L;
    private final VmmHealth health = new VmmHealth(START);

    @Test
    void aVmmThatWorksIsAskedRarely() {
        assertThat(health.shouldBeAsked(true, START)).isFalse();
        assertThat(health.shouldBeAsked(true, START.plusSeconds(299))).isFalse();
        assertThat(health.shouldBeAsked(true, START.plusSeconds(300))).isTrue();
        assertThat(health.shouldBeAsked(true, START.plusSeconds(305))).isFalse();
    }

    @Test
    void oneThatDoesNothingIsAskedAndOneThatIsSilentTwiceIsTold() {
        assertThat(health.shouldBeAsked(false, START)).isTrue();
        health.answered(VmmCondition.RUNS, Optional.empty());
        assertThat(health.shouldBeAsked(false, START.plusSeconds(5))).isFalse();
        assertThat(health.shouldBeAsked(false, START.plusSeconds(30))).isTrue();
        health.silent(START.plusSeconds(30));
        assertThat(health.diagnosis()).isEmpty();
        assertThat(health.shouldBeAsked(false, START.plusSeconds(35))).isTrue();
        health.silent(START.plusSeconds(35));
        assertThat(health.diagnosis())
                .contains("its VMM has not answered since 2026-01-01T00:00:30Z, though it is there");
        assertThat(health.shouldBeAsked(false, START.plusSeconds(40))).isFalse();
        assertThat(health.shouldBeAsked(true, START.plusSeconds(65))).isTrue();
        health.answered(VmmCondition.RUNS, Optional.empty());
        assertThat(health.diagnosis()).isEmpty();
    }

    /** Else it would be said to be held for minutes after it was told to go on. */
    @Test
    void oneThatWasHeldAndWorksAgainIsAskedSoon() {
        assertThat(health.shouldBeAsked(false, START)).isTrue();
        health.answered(VmmCondition.HELD, Optional.empty());
        assertThat(health.shouldBeAsked(true, START.plusSeconds(29))).isFalse();
        assertThat(health.shouldBeAsked(true, START.plusSeconds(30))).isTrue();
        health.answered(VmmCondition.RUNS, Optional.empty());
        assertThat(health.shouldBeAsked(true, START.plusSeconds(60))).isFalse();
    }

    @Test
    void whatAVmmSaysIsTold() {
        health.answered(VmmCondition.PAUSED, Optional.empty());
        assertThat(health.diagnosis()).isEmpty();
        health.answered(VmmCondition.HELD, Optional.empty());
        assertThat(health.diagnosis().orElseThrow()).contains("no room");
        health.answered(VmmCondition.STUCK, Optional.empty());
        assertThat(health.diagnosis().orElseThrow()).contains("has stopped its guest");
        health.answered(VmmCondition.RUNS, Optional.of("---[ end Kernel panic - not syncing: no ]---"));
        assertThat(health.diagnosis().orElseThrow()).contains("has panicked", "not syncing: no");
    }

    @Test
    void theProcessorTimeBetweenTwoMomentsIsWhatItUsesNow() {
        CpuSamples samples = new CpuSamples();
        assertThat(samples.percent(0, 0)).isEmpty();
        assertThat(samples.add(0, 0)).isTrue();
        assertThat(samples.percent(SECOND / 2, SECOND / 4)).isEmpty();
        assertThat(samples.percent(2 * SECOND, 3 * SECOND)).hasValue(150);
        assertThat(samples.add(5 * SECOND, SECOND)).isTrue();
        // Too short since the last moment: from the one before it.
        assertThat(samples.percent(5 * SECOND + 1, SECOND).orElseThrow()).isBetween(19.9, 20.0);
        assertThat(samples.add(10 * SECOND, SECOND)).isFalse();
    }
}
