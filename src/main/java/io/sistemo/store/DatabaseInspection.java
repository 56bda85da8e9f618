package io.sistemo.store;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;

/**
 * Looks at a database file before it is used, and changes nothing of it; SQLite may leave an empty log beside it.
 *
 * <p>The check is {@code PRAGMA quick_check}: it reads every page, and finds what torn writes, a failing disk and foreign
 * hands do to them. {@code integrity_check} would also compare each index with its table, which takes several times as long
 * and finds only defects of SQLite itself; {@code sistemo doctor} does that. Neither looks into the write-ahead log, so that
 * is checked apart ({@link WriteAheadLog}). Only damage counts as unclean: a file that may not be opened, or whose disk is
 * full or fails, is refused with the reason and left as it is.
 */
public final class DatabaseInspection {
    /** SQLITE_CORRUPT, SQLITE_NOTADB and SQLITE_INTERRUPT (https://www.sqlite.org/rescode.html). */
    private static final int CORRUPT = 11;

    private static final int NOT_A_DATABASE = 26;
    private static final int INTERRUPT = 9;
    /** How many instructions of SQLite's machine lie between two looks at the clock. */
    private static final int LOOK_EVERY_INSTRUCTIONS = 1000;

    private final Path file;
    private final String check;
    private final long boundNanos;

    private DatabaseInspection(Path file, String check, Duration bound) {
        this.file = file;
        this.check = check;
        this.boundNanos = bound.toNanos();
    }

    /**
     * Looks at a file that nobody uses.
     *
     * @param bound how long the check may take
     * @throws StoreException when it cannot be looked at, or a newer program wrote it
     */
    public static DatabaseCondition inspect(Path file, Duration bound) {
        return new DatabaseInspection(file, "PRAGMA quick_check(1)", bound).inspect();
    }

    /**
     * The same with SQLite's thorough check, however long it takes.
     *
     * @throws StoreException when it cannot be looked at, or a newer program wrote it
     */
    public static DatabaseCondition inspectThoroughly(Path file) {
        return new DatabaseInspection(file, "PRAGMA integrity_check(1)", Duration.ofDays(1)).inspect();
    }

    private DatabaseCondition inspect() {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return new DatabaseCondition.Missing();
        }
        if (!Files.isRegularFile(file)) {
            throw new StoreException("the database " + file + " is not a file");
        }
        Optional<String> lost = WriteAheadLog.damage(file);
        if (lost.isPresent()) {
            return new DatabaseCondition.Unclean(lost.get());
        }
        if (file.toFile().length() == 0) {
            // Not opened: SQLite would delete the log of an empty file.
            return new DatabaseCondition.Empty();
        }
        SQLiteConfig configuration = new SQLiteConfig();
        configuration.setReadOnly(true);
        try (Connection connection = configuration.createConnection("jdbc:sqlite:" + file)) {
            return inspect(connection);
        } catch (SQLException e) {
            int code = e.getErrorCode() & 0xff;
            if (code == CORRUPT || code == NOT_A_DATABASE) {
                return new DatabaseCondition.Unclean(StoreException.reason(e));
            }
            throw new StoreException("the database " + file + " cannot be read: " + StoreException.reason(e), e);
        }
    }

    /** SQLite may put a line before its finding that names the database, which has but one. */
    private static String oneLine(String answer) {
        return answer.lines().filter(line -> !line.startsWith("***")).collect(Collectors.joining(", "));
    }

    private DatabaseCondition inspect(Connection connection) throws SQLException {
        Migrations.refuseNewer(connection);
        if (Rows.first(connection, row -> row.getInt(1), "SELECT 1 FROM sqlite_schema LIMIT 1")
                .isEmpty()) {
            return new DatabaseCondition.Empty();
        }
        long end = System.nanoTime() + boundNanos;
        ProgressHandler.setHandler(connection, LOOK_EVERY_INSTRUCTIONS, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - end > 0 ? 1 : 0;
            }
        });
        try {
            return Rows.first(connection, row -> row.getString(1), check)
                    .filter(answer -> !answer.equals("ok"))
                    .<DatabaseCondition>map(answer -> new DatabaseCondition.Unclean(oneLine(answer)))
                    .orElseGet(() -> new DatabaseCondition.Sound(true));
        } catch (SQLException e) {
            if ((e.getErrorCode() & 0xff) == INTERRUPT) {
                return new DatabaseCondition.Sound(false);
            }
            throw e;
        } finally {
            ProgressHandler.clearHandler(connection);
        }
    }
}
