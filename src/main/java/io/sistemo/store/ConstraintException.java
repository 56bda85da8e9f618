package io.sistemo.store;

/** A uniqueness or foreign-key rule refused the change; nothing of the transaction was kept. */
public final class ConstraintException extends StoreException {
    private static final long serialVersionUID = 1;

    ConstraintException(String message, Throwable cause) {
        super(message, cause);
    }
}
