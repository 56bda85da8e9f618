package io.sistemo.machine;

import java.time.Duration;

/** What it took to end a machine's VMM, mildest first. */
enum ShutdownOutcome {
    /** The guest was asked from inside, and shut down. */
    GUEST_OBEYED,
    /** The guest could not be asked, but heeded its power button. */
    BUTTON_OBEYED,
    /** The VMM had to be told to end. */
    TERMINATED,
    /** The VMM's control group had to be killed. */
    KILLED;

    /**
     * For users, as a clause.
     *
     * @param asked what became of the asking
     * @param timeout how long the guest had
     */
    String clause(Asked asked, Duration timeout) {
        String guest = switch (asked) {
            case COULD_NOT -> "the guest could not be asked to shut down";
            case IN_VAIN -> "the guest did not shut down within " + timeout.toSeconds() + " s";
        };
        return switch (this) {
            case GUEST_OBEYED -> "the guest shut down";
            case BUTTON_OBEYED -> "the guest shut down when its power button was pressed";
            case TERMINATED -> guest + ", and its VMM ended on SIGTERM";
            case KILLED -> guest + ", and its VMM was killed with SIGKILL";
        };
    }

    /** What became of the asking when the guest did not shut down. */
    enum Asked {
        /** Nobody in the guest could be reached. */
        COULD_NOT,
        /** It had its time. */
        IN_VAIN
    }
}
