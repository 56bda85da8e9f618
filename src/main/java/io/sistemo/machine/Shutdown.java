package io.sistemo.machine;

import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.GuestException;
import io.sistemo.guest.Guests;
import io.sistemo.host.HostException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;

/**
 * One attempt to let a guest shut down before its VMM is taken away: the guest is asked, by its power button when nobody in it
 * can be reached, then the VMM gets SIGTERM, then the caller takes it. Each stage has its time.
 */
final class Shutdown {
    private static final Logger LOGGER = System.getLogger(Shutdown.class.getName());
    private static final Duration ASKING_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(3);

    private final Duration timeout;
    private final Thread asking;
    private volatile boolean pressedButton;
    private volatile boolean couldNotAsk;
    private volatile boolean ended;
    private boolean wasInVain;
    private Stage stage = Stage.ASKED;
    private Instant deadline;

    /** Where the attempt stands. */
    enum Stage {
        /** The guest was asked. */
        ASKED,
        /** The VMM was told to end. */
        TERMINATED,
        /** Nothing helped. */
        OVER
    }

    /** How a guest can be asked by its hardware. */
    interface Hardware {
        /**
         * Makes a guest listen that stands still.
         *
         * @throws HostException when the VMM cannot be told
         */
        void letGoOn();

        /**
         * Presses the power button.
         *
         * @return whether there is one
         * @throws HostException when the VMM cannot be told
         */
        boolean pressPowerButton();
    }

    private Shutdown(Guests guests, GuestAddress guest, Hardware hardware, Duration timeout, Runnable onRefusal) {
        this.timeout = timeout;
        this.deadline = Instant.now().plus(timeout);
        this.asking = Thread.ofVirtual()
                .name("shutdown " + guest.socket())
                .unstarted(() -> ask(guests, guest, hardware, onRefusal));
    }

    /**
     * Asks the guest.
     *
     * @param timeout how long it may take to shut down
     * @param onRefusal told when it could not be asked
     */
    static Shutdown begin(Guests guests, GuestAddress guest, Hardware hardware, Duration timeout, Runnable onRefusal) {
        Shutdown shutdown = new Shutdown(guests, guest, hardware, timeout, onRefusal);
        shutdown.asking.start();
        return shutdown;
    }

    private void ask(Guests guests, GuestAddress guest, Hardware hardware, Runnable onRefusal) {
        try {
            hardware.letGoOn();
            guests.requestPowerOff(guest, timeout.compareTo(ASKING_TIMEOUT) < 0 ? timeout : ASKING_TIMEOUT);
        } catch (GuestException | HostException e) {
            if (ended) {
                return;
            }
            LOGGER.log(Level.WARNING, "the guest could not be asked to shut down: {0}", e.getMessage());
            pressButton(hardware);
            if (!pressedButton) {
                couldNotAsk = true;
                onRefusal.run();
            }
        }
    }

    private void pressButton(Hardware hardware) {
        try {
            pressedButton = hardware.pressPowerButton();
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "its power button could not be pressed: {0}", e.getMessage());
        }
    }

    /** When the present stage's time is up. */
    Instant deadline() {
        return deadline;
    }

    /** What it took, once the VMM is gone. */
    String outcome() {
        ShutdownOutcome outcome = switch (stage) {
            case ASKED -> pressedButton ? ShutdownOutcome.BUTTON_OBEYED : ShutdownOutcome.GUEST_OBEYED;
            case TERMINATED -> ShutdownOutcome.TERMINATED;
            case OVER -> ShutdownOutcome.KILLED;
        };
        return outcome.clause(wasInVain ? ShutdownOutcome.Asked.IN_VAIN : ShutdownOutcome.Asked.COULD_NOT, timeout);
    }

    /**
     * Ends the asking, and waits for that (no longer than asking may take): who asks late would ask the guest that boots
     * next, which has the same address and key.
     */
    void end() {
        ended = true;
        asking.interrupt();
        boolean interrupted = false;
        while (asking.isAlive()) {
            try {
                asking.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What cannot be told to end is taken later all the same. */
    private static void tryTo(Runnable terminate) {
        try {
            terminate.run();
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "the VMM could not be told to end: {0}", e.getMessage());
        }
    }

    /**
     * Goes on to the next stage when this one's time is up.
     *
     * @param terminate sends SIGTERM to the VMM
     */
    Stage advance(Runnable terminate) {
        boolean due = !Instant.now().isBefore(deadline);
        switch (stage) {
            case ASKED -> {
                if (due || couldNotAsk) {
                    wasInVain = !couldNotAsk;
                    asking.interrupt();
                    tryTo(terminate);
                    stage = Stage.TERMINATED;
                    deadline = Instant.now().plus(TERMINATION_TIMEOUT);
                }
            }
            case TERMINATED -> {
                if (due) {
                    stage = Stage.OVER;
                }
            }
            case OVER -> {
                // Stays over until the machine has stopped.
            }
        }
        return stage;
    }
}
