package io.sistemo.machine;

/** The state that users see, derived from intent, claims and observation. */
public enum MachineStatus {
    /** Its VMM runs and the guest has answered. */
    RUNNING,
    /** Its VMM runs, and its guest stands still because a user wants that. */
    PAUSED,
    /** Wanted and found stopped. */
    STOPPED,
    /** Something is being done with it. */
    MAINTENANCE,
    /** Something could not be observed, or is being repaired. */
    ERROR,
    /** What was wanted was tried and did not work. */
    FAILED
}
