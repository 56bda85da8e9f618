package io.sistemo.machine;

import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.GuestException;
import io.sistemo.guest.Guests;
import java.time.Duration;
import java.util.Optional;

/** Waits, on a thread of its own, until a guest answers. */
final class ReadinessProbe {
    private final Thread thread;
    private volatile Optional<Outcome> outcome = Optional.empty();

    /** How the wait ended. */
    sealed interface Outcome {
        /** The guest answered. */
        record Ready() implements Outcome {}

        /** It did not. */
        record NotReady(String reason) implements Outcome {}
    }

    private ReadinessProbe(Guests guests, GuestAddress guest, Duration timeout, Runnable onEnd) {
        this.thread = Thread.ofVirtual().name("readiness " + guest.socket()).unstarted(() -> {
            try {
                guests.awaitReady(guest, timeout);
                outcome = Optional.of(new Outcome.Ready());
            } catch (GuestException e) {
                outcome = Optional.of(new Outcome.NotReady(String.valueOf(e.getMessage())));
            } catch (InterruptedException e) {
                // Cancelled: whoever did it does not ask for the outcome.
                return;
            }
            onEnd.run();
        });
    }

    /** Begins to wait; {@code onEnd} is told when there is an outcome. */
    static ReadinessProbe start(Guests guests, GuestAddress guest, Duration timeout, Runnable onEnd) {
        ReadinessProbe probe = new ReadinessProbe(guests, guest, timeout, onEnd);
        probe.thread.start();
        return probe;
    }

    Optional<Outcome> outcome() {
        return outcome;
    }

    void cancel() {
        thread.interrupt();
    }
}
