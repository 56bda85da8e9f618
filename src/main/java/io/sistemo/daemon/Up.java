package io.sistemo.daemon;

import io.sistemo.operation.Refusal;
import io.sistemo.store.DataDirectory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** {@code sistemo up}: the daemon in the foreground, until SIGTERM or SIGINT. */
final class Up {
    private static final Logger LOGGER = System.getLogger(Up.class.getName());

    private Up() {}

    /**
     * Runs the daemon; returns only when it cannot start.
     *
     * @throws Refusal with the one line that says why it cannot start
     */
    static int run(Path dataDirectory, Map<String, String> environment) throws InterruptedException {
        DaemonLogs.install();
        prepare(dataDirectory, environment);
        CountDownLatch started = new CountDownLatch(1);
        Daemon daemon = new Daemon(new DataDirectory(dataDirectory), environment);
        Thread end = Thread.ofPlatform().name("end").unstarted(() -> end(daemon, started));
        Runtime.getRuntime().addShutdownHook(end);
        try {
            daemon.start();
        } catch (Refusal e) {
            daemon.close();
            Runtime.getRuntime().removeShutdownHook(end);
            throw e;
        } finally {
            started.countDown();
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
        InstallationRequest request = InstallationRequest.of(dataDirectory, "debian", environment);
        if (Files.exists(directory.kernel())
                && Files.exists(directory.initramfs())
                && Files.exists(directory.clientKey())) {
            return;
        }
        Install.parts(request, environment, progress -> LOGGER.log(Level.INFO, progress.phase()));
    }

    /** The signal may come while the daemon still starts; what was begun is finished first, then ended. */
    private static void end(Daemon daemon, CountDownLatch started) {
        DaemonLogs.ending();
        try {
            started.await();
            daemon.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "the daemon did not end cleanly", e);
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }
}
