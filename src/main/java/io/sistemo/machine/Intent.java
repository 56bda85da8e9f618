package io.sistemo.machine;

/** What a machine should be. */
public enum Intent {
    /** Running, and answering. */
    RUNNING,
    /** Stopped first, then running. */
    RESTARTING,
    /** Stopped; its disks, address and forwards are kept. */
    STOPPED,
    /** Not there any more. */
    GONE
}
