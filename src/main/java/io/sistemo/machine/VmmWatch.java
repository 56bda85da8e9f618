package io.sistemo.machine;

import io.sistemo.host.ExitWatch;
import io.sistemo.host.HostException;
import io.sistemo.host.ProcessExit;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.host.Processes;
import java.util.Optional;
import java.util.OptionalInt;

/** The VMM of one machine, as its driver has seen it: that it runs, and how it ended. Safe for concurrent use. */
final class VmmWatch {
    private final Processes processes;
    private final Runnable onEnd;
    /** The VMM that was seen to run and has not been heard to end. */
    private volatile Optional<ProcessIdentity> running = Optional.empty();

    private volatile Optional<ProcessIdentity> watched = Optional.empty();
    private volatile Optional<ExitWatch> watch = Optional.empty();
    private volatile OptionalInt lastExitCode = OptionalInt.empty();

    /**
     * Watches nothing yet.
     *
     * @param onEnd told when the VMM that is watched has ended
     */
    VmmWatch(Processes processes, Runnable onEnd) {
        this.processes = processes;
        this.onEnd = onEnd;
    }

    /** Whether that VMM was seen to run, and has not been heard to end. */
    boolean sees(ProcessIdentity vmm) {
        return running.equals(Optional.of(vmm));
    }

    /** Whether the wait is for that VMM, whatever has become of it. */
    boolean isFor(ProcessIdentity vmm) {
        return watched.equals(Optional.of(vmm));
    }

    /** How the VMM that was watched last ended; empty when that is not known. */
    OptionalInt exitCode() {
        return lastExitCode;
    }

    /** It was seen not to run. */
    void gone() {
        running = Optional.empty();
    }

    /**
     * Waits for a VMM's end, and for no other's. First it counts as running and then it is watched: its end may be told before
     * the watch returns.
     *
     * @throws HostException when it cannot be watched
     */
    void begin(ProcessIdentity vmm) {
        close();
        watch = Optional.empty();
        lastExitCode = OptionalInt.empty();
        running = Optional.of(vmm);
        watched = Optional.of(vmm);
        try {
            watch = Optional.of(processes.watch(vmm, this::ended));
        } catch (HostException e) {
            running = Optional.empty();
            watched = Optional.empty();
            throw e;
        }
    }

    private void ended(ProcessExit exit) {
        if (sees(exit.identity())) {
            running = Optional.empty();
        }
        lastExitCode = exit.exitCode();
        onEnd.run();
    }

    /** Waits no more. */
    void close() {
        watch.ifPresent(ExitWatch::close);
    }
}
