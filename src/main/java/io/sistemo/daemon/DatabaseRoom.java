package io.sistemo.daemon;

import io.sistemo.host.HostException;
import io.sistemo.host.RoomAhead;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Room that is set aside for the database, so that on a full disk machines can still be stopped, started and deleted, and
 * what fails can be recorded. SQLite writes each commit to its log, and begins it anew once that is in the database's file;
 * what is set aside is some hundreds of commits.
 */
final class DatabaseRoom implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(DatabaseRoom.class.getName());
    private static final long LOG_BYTES = 8L << 20;
    private static final int EVERY_SECONDS = 30;

    private final Path log;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("database room").daemon().factory());

    private boolean reserved = true;

    /** Room for the log of an open database. */
    DatabaseRoom(Path log) {
        this.log = log;
    }

    /** Sets it aside now, and again whenever it was used up. */
    void keep() {
        reserve();
        var _ = timer.scheduleWithFixedDelay(this::reserve, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** A failure is said once, and is none of the timer's. */
    private void reserve() {
        try {
            RoomAhead.reserve(log, LOG_BYTES);
            reserved = true;
        } catch (HostException e) {
            LOGGER.log(
                    reserved ? Level.WARNING : Level.DEBUG,
                    "no room is set aside for the database: {0}",
                    e.getMessage());
            reserved = false;
        }
    }
}
