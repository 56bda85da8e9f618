package io.sistemo.host;

/** The other side of a transfer went away, or failed, before all of it had been sent or taken. */
public final class TransferCut extends HostException {
    private static final long serialVersionUID = 1;

    /** A cut with what ended it. */
    public TransferCut(String message, Throwable cause) {
        super(message, cause);
    }

    /** A cut by an end that came too early. */
    public TransferCut(String message) {
        super(message);
    }
}
