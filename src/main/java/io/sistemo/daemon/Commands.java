package io.sistemo.daemon;

import io.sistemo.api.DoctorReport;
import java.nio.file.Path;
import java.util.Map;

/** The commands that work on this host itself. Each throws {@link io.sistemo.operation.Refusal} with a line for the user. */
public final class Commands {
    private Commands() {}

    /** Runs the daemon in the foreground; returns only when it cannot start. */
    public static int up(Path dataDirectory, Map<String, String> environment) throws InterruptedException {
        return Up.run(dataDirectory, environment);
    }

    /** Prepares a data directory. */
    public static int install(Path dataDirectory, String image, Map<String, String> environment) {
        return Install.run(dataDirectory, image, environment);
    }

    /** Checks an installation whose daemon does not run. */
    public static DoctorReport doctor(Path dataDirectory, Map<String, String> environment) {
        return Doctor.offline(dataDirectory, environment);
    }
}
