package io.sistemo.daemon;

import java.util.logging.LogManager;

/**
 * The log manager of the daemon's process. The JDK's own takes every handler away as soon as the process is told to end,
 * beside the work of ending, of which the log should tell.
 */
public final class DaemonLogs extends LogManager {
    private static final String PROPERTY = "java.util.logging.manager";

    private static volatile boolean ending;

    /** For the JDK, which makes it by name. */
    public DaemonLogs() {}

    /** To be called before anything is logged. */
    static void install() {
        System.setProperty(PROPERTY, DaemonLogs.class.getName());
        LogFormat.install();
    }

    /** From now on handlers stay until the process has ended. */
    static void ending() {
        ending = true;
    }

    @Override
    public void reset() {
        if (!ending) {
            super.reset();
        }
    }
}
