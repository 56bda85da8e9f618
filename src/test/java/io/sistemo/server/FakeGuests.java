package io.sistemo.server;

import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.GuestCommand;
import io.sistemo.guest.GuestException;
import io.sistemo.guest.Guests;
import io.sistemo.guest.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A guest that the test plays: it gets each command's other ends. */
final class FakeGuests implements Guests {
    private static final int PIPE_BYTES = 64 << 10;

    private final BlockingQueue<Running> started = new ArrayBlockingQueue<>(16);

    /** The next command that was started. */
    Running next() throws InterruptedException {
        Running running = started.poll(10, TimeUnit.SECONDS);
        if (running == null) {
            throw new AssertionError("no command was started");
        }
        return running;
    }

    boolean isIdle() {
        return started.isEmpty();
    }

    @Override
    public GuestCommand start(GuestAddress guest, String command, TerminalSize terminal) {
        if (command.equals("unreachable")) {
            throw new GuestException("the guest at 10.200.0.2:2222 cannot be reached over SSH: refused");
        }
        Running running = new Running(command, terminal);
        started.add(running);
        return running;
    }

    @Override
    public void awaitReady(GuestAddress guest, Duration timeout) {
        throw new UnsupportedOperationException("the server does not wait for guests");
    }

    @Override
    public void requestPowerOff(GuestAddress guest, Duration timeout) {
        throw new UnsupportedOperationException("the server does not power off");
    }

    @Override
    public void forget(GuestAddress guest) {
        throw new UnsupportedOperationException("the server does not forget");
    }

    /** A command, with the guest's ends of its streams. */
    static final class Running implements GuestCommand {
        final String command;
        final TerminalSize terminal;
        final InputStream guestInput;
        final OutputStream guestOutput = new PipedOutputStream();
        final OutputStream guestErrors = new PipedOutputStream();
        final BlockingQueue<TerminalSize> sizes = new ArrayBlockingQueue<>(4);
        final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        private final CompletableFuture<OptionalInt> exit = new CompletableFuture<>();
        private final OutputStream input = new PipedOutputStream();
        private final InputStream output;
        private final InputStream errors;

        Running(String command, TerminalSize terminal) {
            this.command = command;
            this.terminal = terminal;
            try {
                guestInput = new PipedInputStream((PipedOutputStream) input, PIPE_BYTES);
                output = new PipedInputStream((PipedOutputStream) guestOutput, PIPE_BYTES);
                errors = new PipedInputStream((PipedOutputStream) guestErrors, PIPE_BYTES);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Ends the command as a guest does: streams first, then the code. */
        void exit(int code) throws IOException {
            guestOutput.close();
            guestErrors.close();
            exit.complete(OptionalInt.of(code));
        }

        /** The connection breaks. */
        void lose() throws IOException {
            guestOutput.close();
            guestErrors.close();
            exit.complete(OptionalInt.empty());
        }

        @Override
        public OutputStream input() {
            return input;
        }

        @Override
        public InputStream output() {
            return output;
        }

        @Override
        public InputStream errors() {
            return errors;
        }

        @Override
        public void resize(TerminalSize size) {
            sizes.add(size);
        }

        @Override
        public OptionalInt awaitExit(Duration timeout) throws InterruptedException {
            try {
                return exit.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return OptionalInt.empty();
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            closed.complete(null);
            try {
                guestOutput.close();
                guestErrors.close();
                guestInput.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            exit.complete(OptionalInt.empty());
        }
    }
}
