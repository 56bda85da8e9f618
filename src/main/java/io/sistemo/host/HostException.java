package io.sistemo.host;

/** The host refused, or could not be asked. The message is one sentence that names the thing and the cause. */
public class HostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A failure with no further cause. */
    public HostException(String message) {
        super(message);
    }

    /** A failure with a cause, whose text the message does not repeat. */
    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
