package io.sistemo.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a daemon does when it is told to stop. The first signal ends it in order, within {@link Daemon#LONGEST_STOP}; a second
 * one ends it at once, which is as safe as kill -9: the next daemon carries on or takes back what was under way. A shutdown
 * hook would not do, since signals that come while hooks run are lost.
 */
final class StopSignals {
    private static final Logger LOGGER = System.getLogger(StopSignals.class.getName());
    /** A shell's exit codes for what a signal ended begin here. */
    private static final int SIGNAL_BASE = 128;

    private static final List<Stop> STOPS = List.of(new Stop("TERM", 15), new Stop("INT", 2), new Stop("HUP", 1));

    private final Daemon daemon;
    private final CountDownLatch started = new CountDownLatch(1);
    private final AtomicBoolean told = new AtomicBoolean();

    private record Stop(String name, int number) {}

    private StopSignals(Daemon daemon) {
        this.daemon = daemon;
    }

    /** Listens from now on; the daemon may not have started yet. */
    static StopSignals listen(Commands.SignalSource signals, Daemon daemon) {
        StopSignals stop = new StopSignals(daemon);
        STOPS.forEach(signal -> signals.on(signal.name(), () -> stop.hear(signal)));
        return stop;
    }

    /** The daemon has started, or could not: what was begun can be ended. */
    void started() {
        started.countDown();
    }

    private void hear(Stop signal) {
        if (told.getAndSet(true)) {
            LOGGER.log(
                    Level.WARNING,
                    "SIG{0} again: ending at once; the next daemon takes care of what was under way",
                    signal.name());
            Runtime.getRuntime().halt(SIGNAL_BASE + signal.number());
        }
        LOGGER.log(
                Level.INFO,
                "SIG{0}: finishing what is under way, for {1} s at most; the signal again ends at once",
                signal.name(),
                Daemon.LONGEST_STOP.toSeconds());
        Thread end = Thread.ofPlatform().name("end").start(this::end);
        Thread.ofVirtual().name("end-limit").start(() -> limit(end));
    }

    /** Whatever hangs, a service manager is not kept waiting. */
    private static void limit(Thread end) {
        try {
            end.join(Daemon.LONGEST_STOP);
        } catch (InterruptedException e) {
            // Nobody interrupts it; it would mean to wait no longer.
            Thread.currentThread().interrupt();
        }
        LOGGER.log(Level.ERROR, "the daemon did not end in {0} s; ending at once", Daemon.LONGEST_STOP.toSeconds());
        Runtime.getRuntime().halt(1);
    }

    /** The signal may come while the daemon still starts; what was begun is finished first, then ended. */
    private void end() {
        int exitCode = 0;
        try {
            started.await();
            daemon.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exitCode = 1;
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "the daemon did not end cleanly", e);
            exitCode = 1;
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
