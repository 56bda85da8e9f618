package io.sistemo.guest;

/** A guest could not be reached or trusted. The message is one plain sentence. */
public final class GuestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A failure with no further cause. */
    public GuestException(String message) {
        super(message);
    }

    /** A failure with its cause, whose text the message does not repeat. */
    public GuestException(String message, Throwable cause) {
        super(message, cause);
    }
}
