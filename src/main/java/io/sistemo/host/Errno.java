package io.sistemo.host;

import java.util.Map;

/** The kernel's error numbers that we tell apart, from {@code errno.h}. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENODEV = 19;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EMFILE = 24;
    static final int ENOTTY = 25;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;
    static final int EOPNOTSUPP = 95;
    static final int ENOBUFS = 105;
    static final int EDQUOT = 122;

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(EPERM, "not permitted"),
            Map.entry(ENOENT, "no such file"),
            Map.entry(ESRCH, "no such process"),
            Map.entry(EIO, "input/output error"),
            Map.entry(EACCES, "permission denied"),
            Map.entry(EBUSY, "busy"),
            Map.entry(EEXIST, "it exists already"),
            Map.entry(EXDEV, "another filesystem"),
            Map.entry(ENODEV, "no such device"),
            Map.entry(ENOTDIR, "not a directory"),
            Map.entry(EISDIR, "it is a directory"),
            Map.entry(EINVAL, "invalid argument"),
            Map.entry(EMFILE, "too many open files"),
            Map.entry(ENOSPC, "no room on the filesystem"),
            Map.entry(EROFS, "the filesystem is read-only"),
            Map.entry(ENOSYS, "the kernel does not know this call"),
            Map.entry(ELOOP, "it is a symbolic link"),
            Map.entry(EOPNOTSUPP, "not supported"),
            Map.entry(EDQUOT, "the disk quota is used up"));

    private Errno() {}

    /** Checks a kernel's answer. */
    static long require(long result, String whatFailed) {
        if (result < 0) {
            throw failure(whatFailed, (int) -result);
        }
        return result;
    }

    /** The exception for an error number. */
    static HostException failure(String whatFailed, int errno) {
        String message = whatFailed + ": " + WORDS.getOrDefault(errno, "error " + errno);
        return errno == ENOSPC || errno == EDQUOT ? new DiskFullException(message) : new HostException(message);
    }
}
