package io.sistemo.host;

/** Follows a copy that may take minutes; called from the thread that copies. */
public interface CopyWatch {
    /** Told after each piece, of bytes of the source. */
    void copied(long bytes, long ofBytes);

    /** Asked before each piece. */
    boolean cancelled();
}
