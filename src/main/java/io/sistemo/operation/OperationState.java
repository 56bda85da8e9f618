package io.sistemo.operation;

/** Where an operation stands; it leaves {@link #RUNNING} exactly once. */
public enum OperationState {
    /** Not ended. */
    RUNNING,
    /** Did what was asked. */
    SUCCEEDED,
    /** Did not, and took back what it had made. */
    FAILED,
    /** The user cancelled it, and what it had made was taken back. */
    CANCELLED;

    /** Whether it will not change any more. */
    public boolean ended() {
        return this != RUNNING;
    }
}
