package io.sistemo.host;

import java.util.Optional;

/** A descriptor of a process: it stays that process's when its pid is given to another. */
final class Pidfd implements AutoCloseable {
    private final long pid;
    private final int descriptor;

    private Pidfd(long pid, int descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /** Empty when no process has the pid. */
    static Optional<Pidfd> open(long pid) {
        long result = LibC.pidfdOpen(pid);
        if (result == -Errno.ESRCH) {
            return Optional.empty();
        }
        return Optional.of(new Pidfd(pid, (int) Errno.require(result, "cannot open the process " + pid)));
    }

    int descriptor() {
        return descriptor;
    }

    /** Sends a signal; a process that has ended is success. */
    void send(Signal signal) {
        long result = LibC.pidfdSendSignal(descriptor, signal.number());
        if (result != -Errno.ESRCH) {
            Errno.require(result, "cannot send " + signal + " to the process " + pid);
        }
    }

    @Override
    public void close() {
        LibC.close(descriptor);
    }
}
