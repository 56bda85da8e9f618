package io.sistemo.host;

/** A VMM did not come to run. The message has the last line of what the launcher or the program printed. */
public final class LaunchFailed extends HostException {
    private static final long serialVersionUID = 1;

    /** A failure with no further cause. */
    public LaunchFailed(String message) {
        super(message);
    }

    /** A failure with a cause, whose text the message does not repeat. */
    public LaunchFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
