package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleMemoryTest {
    private static final long MEBIBYTE = 1 << 20;

    private long used = 10 * MEBIBYTE;
    private int collections;
    private final IdleMemory memory = new IdleMemory(() -> used, () -> {
        collections++;
        used = 7 * MEBIBYTE;
    });

    @Test
    void nothingIsCollectedWhileWorkIsDone() {
        for (int i = 0; i < 10; i++) {
            memory.look();
            used += 3 * MEBIBYTE;
        }
        assertThat(collections).isZero();
    }

    @Test
    void garbageIsCollectedOnceWhenTheWorkIsOver() {
        used = 40 * MEBIBYTE;
        memory.look();
        assertThat(collections).isZero();
        for (int i = 0; i < 10; i++) {
            memory.look();
        }
        assertThat(collections).isOne();
    }

    @Test
    void aHeapThatWasJustCollectedMayStillBeAtWork() {
        used = 40 * MEBIBYTE;
        memory.look();
        used = 20 * MEBIBYTE;
        memory.look();
        assertThat(collections).isZero();
    }

    @Test
    void whatGathersSlowlyIsCollectedWhenItIsWorthIt() {
        memory.look();
        memory.look();
        assertThat(collections).isOne();
        int looks = 0;
        while (collections == 1 && looks < 100) {
            used += MEBIBYTE;
            memory.look();
            looks++;
        }
        assertThat(looks).isEqualTo(4);
    }
}
