package io.sistemo.machine;

import java.time.Duration;
import java.util.OptionalDouble;

/** The processor time of one VMM at two moments, to tell what it uses now. Safe for concurrent use. */
final class CpuSamples {
    /** With less between two moments, what is computed says little. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final double PERCENT = 100;

    private boolean hasLast;
    private boolean hasEarlier;
    private long lastTime;
    private long lastUsed;
    private long earlierTime;
    private long earlierUsed;

    /**
     * Adds a moment.
     *
     * @param time of a clock that only goes forward, in nanoseconds
     * @param used processor time in nanoseconds
     * @return whether some was used since the last moment; true for the first
     */
    synchronized boolean add(long time, long used) {
        boolean advanced = !hasLast || used != lastUsed;
        hasEarlier = hasLast;
        earlierTime = lastTime;
        earlierUsed = lastUsed;
        hasLast = true;
        lastTime = time;
        lastUsed = used;
        return advanced;
    }

    /** What was used up to a moment since an earlier one, in percent of one processor's time. */
    synchronized OptionalDouble percent(long time, long used) {
        if (hasLast && time - lastTime >= SHORTEST.toNanos() && used >= lastUsed) {
            return OptionalDouble.of(PERCENT * (used - lastUsed) / (time - lastTime));
        }
        if (hasEarlier && time - earlierTime >= SHORTEST.toNanos() && used >= earlierUsed) {
            return OptionalDouble.of(PERCENT * (used - earlierUsed) / (time - earlierTime));
        }
        return OptionalDouble.empty();
    }
}
