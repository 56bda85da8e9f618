package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places are few, given in order, and never lost. */
class BootQueueTest {
    private final BootQueue queue = new BootQueue(2);
    private final List<MachineId> woken = new ArrayList<>();
    private final List<MachineId> ids =
            List.of(MachineId.random(), MachineId.random(), MachineId.random(), MachineId.random());

    private boolean enter(int number) {
        MachineId id = ids.get(number);
        return queue.enter(id, () -> woken.add(id));
    }

    @Test
    void theFirstGetPlacesAndKeepThem() {
        assertThat(enter(0)).isTrue();
        assertThat(enter(1)).isTrue();
        assertThat(enter(0)).isTrue();
        assertThat(enter(2)).isFalse();
        assertThat(woken).isEmpty();
    }

    @Test
    void whoLeavesWakesWhoWaitsLongest() {
        enter(0);
        enter(1);
        enter(2);
        enter(3);
        queue.leave(ids.get(1));
        assertThat(woken).containsExactly(ids.get(2));
        assertThat(enter(2)).isTrue();
        assertThat(enter(3)).isFalse();
    }

    @Test
    void aPlaceIsOfferedOnWhenWhoWasWokenDoesNotWantIt() {
        enter(0);
        enter(1);
        enter(2);
        enter(3);
        queue.leave(ids.get(0));
        queue.leave(ids.get(2));
        assertThat(woken).containsExactly(ids.get(2), ids.get(3));
        assertThat(enter(3)).isTrue();
    }

    @Test
    void whoIsInNeitherLeavesWithoutANoise() {
        enter(0);
        enter(1);
        enter(2);
        queue.leave(ids.get(3));
        assertThat(woken).isEmpty();
    }
}
