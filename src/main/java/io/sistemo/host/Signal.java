package io.sistemo.host;

/** A signal that we send. */
public enum Signal {
    /** Asks a process to end. */
    TERM(15),
    /** Ends it. */
    KILL(9);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** The number that the kernel knows it by. */
    public int number() {
        return number;
    }
}
