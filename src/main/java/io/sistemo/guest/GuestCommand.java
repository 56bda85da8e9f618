package io.sistemo.guest;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/** A command that runs in a guest. To be closed by whoever started it; closing a running one hangs up on it. */
public interface GuestCommand extends AutoCloseable {
    /** The command's standard input; closing it tells the command that there is no more. */
    OutputStream input();

    /** The command's standard output; ends when the command ends. */
    InputStream output();

    /** The command's standard error; ends when the command ends. Empty with a terminal. */
    InputStream errors();

    /** Tells the guest that the terminal has another size. */
    void resize(TerminalSize size);

    /**
     * Waits for the end of the command.
     *
     * @return its exit code (128 + n when signal n ended it), or empty when the time is up or the connection was lost
     *     before the code came
     */
    OptionalInt awaitExit(Duration timeout) throws InterruptedException;

    @Override
    void close();
}
