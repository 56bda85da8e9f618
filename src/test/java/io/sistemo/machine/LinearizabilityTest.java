package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The checker itself, on a register that is written and read. */
class LinearizabilityTest {
    /** A write of a value, or a read that saw one. */
    private record Use(boolean write, int value) {}

    private static Linearizability.Event<Use> write(long invoked, long answered, int value) {
        return new Linearizability.Event<>(invoked, answered, new Use(true, value));
    }

    private static Linearizability.Event<Use> read(long invoked, long answered, int value) {
        return new Linearizability.Event<>(invoked, answered, new Use(false, value));
    }

    private static Linearizability.Verdict check(List<Linearizability.Event<Use>> history, int most) {
        return Linearizability.<Integer, Use>check(
                (state, use) -> {
                    if (use.write()) {
                        return Optional.of(use.value());
                    }
                    return use.value() == state ? Optional.of(state) : Optional.empty();
                },
                0,
                history,
                most);
    }

    @Test
    void whatOverlapsMayHappenInAnyOrder() {
        assertThat(check(List.of(write(1, 10, 7), read(2, 3, 0), read(4, 5, 7)), 100))
                .isInstanceOf(Linearizability.Verdict.Explained.class);
        assertThat(check(List.of(write(1, 10, 7), write(2, 9, 8), read(11, 12, 7)), 100))
                .isInstanceOf(Linearizability.Verdict.Explained.class);
    }

    @Test
    void aLostUpdateAStaleReadAndAValueOfNobodyAreFound() {
        assertThat(check(List.of(write(1, 2, 7), read(3, 4, 0)), 100))
                .isInstanceOfSatisfying(
                        Linearizability.Verdict.Inexplicable.class,
                        verdict -> assertThat(verdict.attempt()).contains("value=7"));
        assertThat(check(List.of(write(1, 10, 7), read(2, 3, 7), read(4, 5, 0)), 100))
                .isInstanceOf(Linearizability.Verdict.Inexplicable.class);
        assertThat(check(List.of(write(1, 10, 7), read(2, 3, 9)), 100))
                .isInstanceOf(Linearizability.Verdict.Inexplicable.class);
    }

    @Test
    void aSearchThatIsTooLongSaysSo() {
        List<Linearizability.Event<Use>> history = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            history.add(write(i, 1000, i));
        }
        history.add(read(2000, 2001, -1));
        assertThat(check(history, 1000)).isInstanceOf(Linearizability.Verdict.Undecided.class);
    }
}
