package io.sistemo.daemon;

import io.sistemo.operation.Refusal;
import io.sistemo.store.DataDirectory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code sistemo up}: the daemon in the foreground, until SIGTERM, SIGINT or SIGHUP. */
final class Up {
    private static final Logger LOGGER = System.getLogger(Up.class.getName());

    private Up() {}

    /**
     * Runs the daemon; returns only when it cannot start.
     *
     * @throws Refusal with the one line that says why it cannot start
     */
    static int run(Path dataDirectory, Map<String, String> environment, Commands.SignalSource signals)
            throws InterruptedException {
        LogFormat.install();
        prepare(dataDirectory, environment);
        Daemon daemon = new Daemon(new DataDirectory(dataDirectory), environment);
        StopSignals stop = StopSignals.listen(signals, daemon);
        try {
            daemon.start();
        } catch (Refusal e) {
            daemon.close();
            throw e;
        } finally {
            stop.started();
        }
        Thread.currentThread().join();
        return 0;
    }

    /** What a deploy needs is made at the first start, so that nothing has to be typed before it. */
    private static void prepare(Path dataDirectory, Map<String, String> environment) {
        InstallationTools.requireRoot();
        DataDirectory directory = new DataDirectory(dataDirectory);
        InstallationDirectory.requireRoomForSockets(directory.root());
        // What a user wrote wrong is said now and not after minutes of preparation.
        Configuration.load(directory.configuration(), environment);
        if (Files.exists(directory.kernel())
                && Files.exists(directory.initramfs())
                && Files.exists(directory.clientKey())) {
            return;
        }
        Install.parts(dataDirectory, environment, progress -> LOGGER.log(Level.INFO, progress.phase()));
    }
}
