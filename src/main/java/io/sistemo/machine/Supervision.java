package io.sistemo.machine;

import java.time.Instant;
import java.util.Optional;

/**
 * How a machine is looked after while nobody asks.
 *
 * @param policy when it is started again
 * @param attempts how often in a row it was started again, or is about to be, since it last ran for a while
 * @param waitsUntil when the next attempt is due; empty unless it waits for one. A machine that waits holds nothing until then
 * @param paused whether its guest should stand still
 */
public record Supervision(RestartPolicy policy, int attempts, Optional<Instant> waitsUntil, boolean paused) {
    /** Of a machine that was just made. */
    static Supervision by(RestartPolicy policy) {
        return new Supervision(policy, 0, Optional.empty(), false);
    }
}
