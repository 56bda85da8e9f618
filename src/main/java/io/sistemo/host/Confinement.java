package io.sistemo.host;

/** Who takes a VMM's privileges from it. */
public enum Confinement {
    /** The launcher: it opens the VMM's files, and what it starts is a user without any right. */
    LAUNCHER,
    /**
     * A jailer that it starts as root, with no more capabilities than that needs and with no way to get more, and that finds
     * the files by itself. It closes all descriptors beyond the first three; so the disks' locks are kept by a process beside
     * it, for exactly as long as the VMM lives.
     */
    JAILER
}
