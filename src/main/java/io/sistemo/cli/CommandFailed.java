package io.sistemo.cli;

import java.io.IOException;

/** A command did not work; the message is one line for the user. */
final class CommandFailed extends IOException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandFailed(String line, int exitCode) {
        super(line);
        this.exitCode = exitCode;
    }

    CommandFailed(String line, int exitCode, Throwable cause) {
        super(line, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
