package io.sistemo.api;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was sent is not JSON, or not the record that was expected. */
public final class MalformedJsonException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedJsonException(String expected, String reason) {
        super("This is not the JSON of " + expected + ": " + reason + ".");
    }

    MalformedJsonException(String expected, Throwable cause) {
        super("This is not the JSON of " + expected + reason(cause.getMessage()), cause);
    }

    private static String reason(@Nullable String message) {
        if (message == null) {
            return ".";
        }
        // The parser's messages may quote the input at length and over several lines.
        String line = message.lines().findFirst().orElse("").strip();
        return ": " + (line.length() > 200 ? line.substring(0, 200) + "..." : line);
    }
}
