package io.sistemo.host;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** The host refused, or could not be asked. The message is one sentence that names the thing and the cause. */
public class HostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A failure with no further cause. */
    public HostException(String message) {
        super(message);
    }

    /** A failure with a cause: what an I/O error says beside the path is added to the message, which names the thing. */
    public HostException(String message, Throwable cause) {
        super(message + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        Optional<String> reason = switch (cause) {
            case FileSystemException error -> Optional.ofNullable(error.getReason());
            case IOException error -> Optional.ofNullable(error.getMessage());
            default -> Optional.empty();
        };
        return reason.map(text -> ": " + text).orElse("");
    }
}
