package io.sistemo.machine;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Whether one machine's guest stands still, as far as this daemon knows, and the one door through which it is told to: so that
 * nobody lets a guest go on that a user has just paused. Safe for concurrent use.
 */
final class GuestHold {
    private Optional<Boolean> paused = Optional.empty();
    private boolean tried;

    /** Another VMM runs now, of which nothing is known. */
    synchronized void forget() {
        paused = Optional.empty();
        tried = false;
    }

    /** What the VMM says. */
    synchronized void seen(boolean isPaused) {
        paused = Optional.of(isPaused);
    }

    /**
     * Whether the guest is known to be as it should be. Of one that should run, and that nobody was about to pause or to resume,
     * it is taken for granted.
     *
     * @param resuming whether a user has asked that it goes on
     */
    synchronized boolean is(boolean wanted, boolean resuming) {
        return paused.map(known -> known == wanted).orElse(!wanted && !resuming && !tried);
    }

    /**
     * Tells the VMM.
     *
     * @param tell throws when the VMM cannot be told, and then nobody knows what it did
     */
    synchronized void set(boolean wanted, Runnable tell) {
        tried = true;
        paused = Optional.empty();
        tell.run();
        paused = Optional.of(wanted);
    }

    /** Lets a guest go on that its VMM holds, unless it should stand still; that is asked here, where nobody can change it. */
    synchronized void unless(BooleanSupplier shouldBePaused, Runnable goOn) {
        if (!shouldBePaused.getAsBoolean()) {
            goOn.run();
        }
    }
}
