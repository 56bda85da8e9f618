package io.sistemo.cli;

import io.sistemo.api.DoctorReport;
import java.io.IOException;
import java.nio.file.Path;

/** The commands that are not the command line's own: the program's entry point hands them to the daemon's package. */
public interface LocalCommands {
    /**
     * Runs a command to its end and returns the exit code. An exception's message is shown to the user as one line.
     */
    int run(LocalCall call) throws IOException, InterruptedException;

    /** Checks an installation whose daemon does not run. */
    DoctorReport doctor(Path dataDirectory) throws IOException, InterruptedException;
}
