package io.sistemo.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The database failed. The message is one sentence. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** SQLITE_CONSTRAINT, the primary code of every constraint (https://www.sqlite.org/rescode.html). */
    private static final int CONSTRAINT = 19;
    /** SQLITE_FULL: no room on the disk. */
    private static final int FULL = 13;

    private static final int PRIMARY_CODE = 0xff;

    private static final Pattern DRIVER_WORDS = Pattern.compile("\\[SQLITE_\\w+]\\s.*?\\((.*)\\)", Pattern.DOTALL);

    /** A failure with no further cause. */
    public StoreException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What to tell of SQLite's failure.
     *
     * @param file the database
     */
    static StoreException from(SQLException e, Path file) {
        return switch (e.getErrorCode() & PRIMARY_CODE) {
            case CONSTRAINT -> new ConstraintException("the database refused a change: " + e.getMessage(), e);
            case FULL -> new DatabaseFullException(file, e);
            default -> new StoreException("the database failed: " + e.getMessage(), e);
        };
    }

    /** What SQLite says, without the driver's own words around it. */
    static String reason(SQLException e) {
        Matcher matcher = DRIVER_WORDS.matcher(String.valueOf(e.getMessage()));
        return matcher.matches() ? matcher.group(1) : String.valueOf(e.getMessage());
    }
}
