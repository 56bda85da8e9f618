package io.sistemo.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One line for each record: {@code time=... level=... source=... message="..."}, then the trace of an exception. */
final class LogFormat extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Lets everything that is logged in this process look so, on standard error. */
    static void install() {
        for (Handler handler : LogManager.getLogManager().getLogger("").getHandlers()) {
            handler.setFormatter(new LogFormat());
        }
        // The library tells its own life at a level that drowns ours.
        QUIET.setLevel(java.util.logging.Level.WARNING);
    }

    private static final Logger QUIET = Logger.getLogger("io.helidon");

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder();
        line.append("time=")
                .append(TIME.format(record.getInstant()))
                .append(" level=")
                .append(record.getLevel().getName())
                .append(" source=")
                .append(shortName(String.valueOf(record.getLoggerName())))
                .append(" message=\"")
                .append(escaped(formatMessage(record)))
                .append("\"\n");
        if (record.getThrown() != null) {
            StringWriter trace = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(trace));
            line.append(trace);
        }
        return line.toString();
    }

    /** Guests and users choose parts of messages: none of it may end the line, the value, or act on a terminal. */
    private static String escaped(String message) {
        StringBuilder text = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c == '\n') {
                text.append("\\n");
            } else if (Character.isISOControl(c)) {
                text.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
