package io.sistemo.cli;

/** What the program's exit codes mean; {@code machine exec} and {@code machine ssh} pass the command's own through. */
final class ExitCode {
    static final int OK = 0;
    /** What was asked for did not work. */
    static final int FAILED = 1;
    /** The command line makes no sense. */
    static final int USAGE = 2;
    /** A timeout ended the command. */
    static final int TIMED_OUT = 124;
    /** Sistemo failed before the command ran, or its exit code is unknown. */
    static final int NOT_RUN = 125;
    /** Ctrl-C: 128 + SIGINT. */
    static final int INTERRUPTED = 130;
    /** Nobody reads our output any more: 128 + SIGPIPE, as for programs that the signal ends. */
    static final int OUTPUT_CLOSED = 141;

    private ExitCode() {}
}
