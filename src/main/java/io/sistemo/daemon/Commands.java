package io.sistemo.daemon;

import io.sistemo.api.DoctorReport;
import io.sistemo.operation.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The commands that work on this host itself. What is refused comes as an exception whose message is a line for the user. */
public final class Commands {
    private Commands() {}

    /** Who can hear signals. */
    public interface SignalSource {
        /**
         * Runs the handler, on a thread of its own, whenever the signal comes, instead of what is usually done.
         *
         * @param name without SIG
         */
        void on(String name, Runnable handler);
    }

    /** Runs the daemon in the foreground; returns only when it cannot start. */
    public static int up(Path dataDirectory, Map<String, String> environment, SignalSource signals)
            throws IOException, InterruptedException {
        try {
            return Up.run(dataDirectory, environment, signals);
        } catch (Refusal e) {
            throw new IOException(e.sentence(), e);
        }
    }

    /**
     * Prepares a data directory.
     *
     * @param firecracker file or https URL of a release's archive, when another one than the pinned one is to be had
     * @param sha256 of that archive
     */
    public static int install(
            Path dataDirectory,
            String image,
            Optional<String> firecracker,
            Optional<String> sha256,
            Map<String, String> environment)
            throws IOException {
        try {
            return Install.run(dataDirectory, image, firecracker, sha256, environment);
        } catch (Refusal e) {
            throw new IOException(e.sentence(), e);
        }
    }

    /** Checks an installation whose daemon does not run. */
    public static DoctorReport doctor(Path dataDirectory, Map<String, String> environment) {
        return Doctor.offline(dataDirectory, environment);
    }
}
