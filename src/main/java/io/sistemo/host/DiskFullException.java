package io.sistemo.host;

/** The filesystem has no room (ENOSPC) or the owner's quota is used up (EDQUOT). */
public final class DiskFullException extends HostException {
    private static final long serialVersionUID = 1;

    /** A failure with no further cause. */
    public DiskFullException(String message) {
        super(message);
    }

    /** A failure with a cause. */
    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
