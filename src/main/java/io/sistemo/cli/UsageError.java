package io.sistemo.cli;

/** The command line makes no sense; the message is one line for the user, and the exit code is {@link ExitCode#USAGE}. */
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageError(String line) {
        super(line);
    }
}
