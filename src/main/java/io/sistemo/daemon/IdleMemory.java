package io.sistemo.daemon;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets a daemon that rests give back what its last work left on the heap. The collector that takes least memory collects only
 * when the heap is full, so after ten deploys forty megabytes of garbage would stay for as long as nothing happens.
 */
final class IdleMemory {
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    /** A daemon that does nothing but look after its machines allocates less than this between two looks. */
    private static final long RESTING_BYTES = 2 << 20;

    /** Less garbage is not worth the tens of milliseconds that a full collection stops the daemon. */
    private static final long WORTH_BYTES = 4 << 20;

    private final LongSupplier usedBytes;
    private final Runnable collection;
    private long usedAtLastLook;
    private long usedAfterCollection;

    /**
     * Nothing is looked at yet.
     *
     * @param usedBytes bytes of the heap that are in use, garbage included
     * @param collection collects all garbage, and returns when that is done
     */
    IdleMemory(LongSupplier usedBytes, Runnable collection) {
        this.usedBytes = usedBytes;
        this.collection = collection;
    }

    /** Looks at this process's heap from time to time, for as long as the timer lives. */
    static void watch(ScheduledExecutorService timer) {
        Runtime runtime = Runtime.getRuntime();
        IdleMemory memory = new IdleMemory(() -> runtime.totalMemory() - runtime.freeMemory(), runtime::gc);
        var _ = timer.scheduleWithFixedDelay(
                memory::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Collects when hardly anything happened since the last look, and enough has gathered since the last collection. */
    void look() {
        long used = usedBytes.getAsLong();
        boolean rests = used >= usedAtLastLook && used - usedAtLastLook < RESTING_BYTES;
        if (rests && used - usedAfterCollection >= WORTH_BYTES) {
            collection.run();
            used = usedBytes.getAsLong();
            usedAfterCollection = used;
        }
        usedAtLastLook = used;
    }
}
