package io.sistemo.guest;

import com.jcraft.jsch.Logger;
import com.jcraft.jsch.Session;
import org.jspecify.annotations.Nullable;

/** The last error of a connection. The library tells it to its log and to nobody else. */
final class LastFault implements Logger {
    private static final String NONE = "for no reason that is known";

    private volatile String reason = NONE;

    /** What went wrong last on a connection, for people. */
    static String of(Session session) {
        return session.getLogger() instanceof LastFault fault ? fault.reason : NONE;
    }

    /** Why a connection is lost is told at this level. */
    @Override
    public boolean isEnabled(int level) {
        return level >= INFO;
    }

    @Override
    public void log(int level, String message) {
        // What goes well is nobody's concern.
    }

    @Override
    public void log(int level, String message, @Nullable Throwable cause) {
        if (cause != null) {
            reason = String.valueOf(cause);
        }
    }
}
