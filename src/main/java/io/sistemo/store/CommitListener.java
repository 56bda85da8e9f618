package io.sistemo.store;

/** Told around each commit, on the committing thread; crash tests stop dead in it. */
public interface CommitListener {
    /** Hears nothing. */
    CommitListener NONE = new CommitListener() {};

    /** The next thing is the commit. */
    default void beforeCommit() {}

    /** The commit is on the disk. */
    default void afterCommit() {}
}
