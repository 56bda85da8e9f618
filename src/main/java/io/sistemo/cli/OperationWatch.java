package io.sistemo.cli;

import io.sistemo.api.DaemonClient;
import io.sistemo.api.Operation;
import io.sistemo.api.OperationState;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Begins an operation and stays until it has ended, showing its phases. The first Ctrl-C asks the daemon to cancel and waits
 * until what was made is gone; a second one leaves the rest to the daemon. What cannot be cancelled is left at the first.
 */
final class OperationWatch {
    private final Session session;
    private final DaemonClient client;
    private final boolean cancellable;
    private final Progress progress;
    private @Nullable Operation begun;
    private boolean cancelAsked;

    private OperationWatch(Session session, DaemonClient client, boolean cancellable) {
        this.session = session;
        this.client = client;
        this.cancellable = cancellable;
        this.progress = new Progress(session.terminal());
    }

    /** Asks the daemon to do something. */
    @FunctionalInterface
    interface Beginning {
        Operation begin(DaemonClient client) throws IOException;
    }

    /**
     * Does it, to the end.
     *
     * @return the operation, which succeeded
     * @throws CommandFailed when it did not
     */
    static Operation run(Session session, boolean cancellable, Beginning beginning) throws IOException {
        OperationWatch watch = new OperationWatch(session, session.client(), cancellable);
        Operation ended;
        try (var _ = Signals.handle("INT", watch::interrupted);
                var _ = Signals.handle("TERM", watch::interrupted);
                Progress shown = watch.progress) {
            Operation begun = watch.begun(beginning.begin(watch.client));
            ended = watch.client.follow(begun, shown::show);
        } catch (EOFException e) {
            throw new CommandFailed(
                    "The daemon went away before it was done; it carries on or takes back when it runs again. See: sistemo history",
                    ExitCode.FAILED,
                    e);
        }
        return watch.requireSuccess(ended);
    }

    private Operation begun(Operation operation) {
        boolean cancelNow;
        synchronized (this) {
            begun = operation;
            cancelNow = cancelAsked;
        }
        if (cancelNow) {
            cancel(operation);
        }
        return operation;
    }

    private void interrupted() {
        Operation known;
        synchronized (this) {
            if (cancelAsked || !cancellable) {
                progress.close();
                session.terminal().say("sistemo: left to the daemon, which carries on. See: sistemo history");
                // Not exit: the main thread may hold what a shutdown hook waits for, and the user has asked twice.
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
            cancelAsked = true;
            progress.note("cancelling... (Ctrl-C again leaves it to the daemon)");
            known = begun;
        }
        // Without the lock: a daemon that does not answer must not keep the second Ctrl-C waiting.
        if (known != null) {
            cancel(known);
        }
    }

    private void cancel(Operation operation) {
        try {
            client.cancel(operation.id());
        } catch (IOException e) {
            progress.note("sistemo: cannot cancel: " + Sentences.of(e));
        }
    }

    private synchronized Operation requireSuccess(Operation ended) throws CommandFailed {
        if (ended.state() == OperationState.SUCCEEDED) {
            return ended;
        }
        String sentence =
                ended.error() == null ? ended.action() + " " + ended.state().wire() + "." : ended.error();
        boolean cancelled = ended.state() == OperationState.CANCELLED && cancelAsked;
        throw new CommandFailed(sentence, cancelled ? ExitCode.INTERRUPTED : ExitCode.FAILED);
    }
}
