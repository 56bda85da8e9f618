package io.sistemo.host;

/** Flags of {@code open}, from the kernel's {@code fcntl.h}. */
final class OpenFlags {
    static final int READ_ONLY = 0;
    static final int WRITE_ONLY = 1;
    static final int READ_WRITE = 2;
    static final int CREATE = 0100;
    static final int EXCLUSIVE = 0200;
    static final int NONBLOCK = 04000;
    /** Only a place in the tree: what is there is not opened. */
    static final int PATH = 010000000;

    static final int CLOEXEC = 02000000;
    static final int DIRECTORY = Processor.IS_ARM64 ? 040000 : 0200000;
    static final int NOFOLLOW = Processor.IS_ARM64 ? 0100000 : 0400000;

    private OpenFlags() {}
}
