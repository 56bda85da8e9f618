package io.sistemo.store;

import java.sql.SQLException;

/** The database failed. The message is one sentence. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** SQLITE_CONSTRAINT, the primary code of every constraint (https://www.sqlite.org/rescode.html). */
    private static final int CONSTRAINT = 19;

    /** A failure with no further cause. */
    public StoreException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    static StoreException from(SQLException e) {
        if ((e.getErrorCode() & 0xff) == CONSTRAINT) {
            return new ConstraintException("the database refused a change: " + e.getMessage(), e);
        }
        return new StoreException("the database failed: " + e.getMessage(), e);
    }
}
