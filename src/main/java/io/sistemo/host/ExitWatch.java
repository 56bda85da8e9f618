package io.sistemo.host;

/** A wait for the end of a process. It ends by itself when the process has ended. */
public interface ExitWatch extends AutoCloseable {
    /** Stops waiting. A notice that is already on its way may still arrive. */
    @Override
    void close();
}
