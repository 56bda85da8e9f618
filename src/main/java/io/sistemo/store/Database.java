package io.sistemo.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one database file. Writes go through one connection, one transaction at a time, and are on the disk when
 * {@link #write} returns (WAL with synchronous=FULL, https://www.sqlite.org/pragma.html#pragma_synchronous). Reads run
 * beside them on connections of their own and see the last commit.
 *
 * <p>Safe for concurrent use until closed. A transaction must not begin another one on the same thread.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Database.class.getName());
    private static final int READERS = 3;

    private final Path file;
    /** Guarded by the lock; closed when it could not be told how its last transaction ended. */
    private Connection writer;

    /** Tells whether the writer has committed. */
    private final Connection witness;

    private final BlockingQueue<Connection> readers = new ArrayBlockingQueue<>(READERS);
    private final ReentrantLock writing = new ReentrantLock(true);
    private final CommitListener onCommit;

    private Database(Path file, Connection writer, Connection witness, CommitListener onCommit) {
        this.file = file;
        this.writer = writer;
        this.witness = witness;
        this.onCommit = onCommit;
    }

    /** Opens the file, creating it when absent, and brings its schema up to date. */
    public static Database open(Path file) {
        return open(file, CommitListener.NONE);
    }

    /**
     * Opens the file with a listener that is told before and after each commit.
     *
     * @throws StoreException when the file cannot be opened or may only be read, or was written by a newer program
     */
    public static Database open(Path file, CommitListener onCommit) {
        try {
            Database database = new Database(file, connect(file), connect(file), onCommit);
            Migrations.apply(database.writer);
            requireWritable(database.writer);
            for (int i = 0; i < READERS; i++) {
                database.readers.add(connect(file));
            }
            return database;
        } catch (SQLException e) {
            throw new StoreException("the database " + file + " cannot be opened: " + StoreException.reason(e), e);
        }
    }

    /**
     * SQLite opens what may only be read without a word, and fails at the first change. This is one that is taken back: it
     * needs the right to write, and no room.
     */
    private static void requireWritable(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + Migrations.NEWEST);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA busy_timeout = 10000");
        }
        return connection;
    }

    /**
     * Runs the work in one transaction and commits it; an exception rolls everything back and is passed on.
     *
     * @throws DatabaseFullException when there is no room on the disk
     * @throws ConstraintException when a uniqueness or foreign-key rule refused the change
     * @throws StoreException when the database fails otherwise
     */
    public <T> T write(Transaction<T> work) {
        writing.lock();
        try {
            if (writer.isClosed()) {
                writer = connect(file);
            }
            return commit(work);
        } catch (SQLException e) {
            throw StoreException.from(e, file);
        } finally {
            writing.unlock();
        }
    }

    private <T> T commit(Transaction<T> work) throws SQLException {
        long version = witnessed();
        writer.setAutoCommit(false);
        boolean ended = false;
        try {
            T result = work.run(writer);
            try {
                onCommit.beforeCommit();
                writer.commit();
                onCommit.afterCommit();
                writer.setAutoCommit(true);
                ended = true;
            } catch (SQLException | StoreException e) {
                undo();
                ended = true;
                if (witnessed() == version) {
                    throw e;
                }
                LOGGER.log(Level.WARNING, "a commit reported a failure, but was done: {0}", e.getMessage());
            }
            return result;
        } finally {
            if (!ended) {
                undo();
            }
        }
    }

    /**
     * A number that changes with each commit, whoever makes it: while it stays, what was read after it was asked for is still
     * so. Only numbers of one open database can be compared. Waits for a transaction that is being written.
     *
     * @throws StoreException when the database fails
     */
    public long version() {
        writing.lock();
        try {
            return witnessed();
        } catch (SQLException e) {
            throw StoreException.from(e, file);
        } finally {
            writing.unlock();
        }
    }

    /**
     * PRAGMA data_version (https://www.sqlite.org/pragma.html#pragma_data_version) of a connection that never writes. Asked for
     * when a commit fails too: the rows may be there all the same, and then nobody may be told that they are not.
     */
    private long witnessed() throws SQLException {
        return Rows.first(witness, row -> row.getLong(1), "PRAGMA data_version").orElseThrow();
    }

    /**
     * Ends a transaction that failed. After some failures, such as a full disk, SQLite has ended it already
     * (https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction) and then refuses to: such a
     * connection is closed, so that whatever it was in is over, and the next transaction gets a new one.
     */
    private void undo() {
        try {
            writer.rollback();
            writer.setAutoCommit(true);
        } catch (SQLException e) {
            LOGGER.log(Level.DEBUG, "the database is opened anew: {0}", e.getMessage());
            closeWriter();
        }
    }

    private void closeWriter() {
        try {
            writer.close();
        } catch (SQLException e) {
            LOGGER.log(Level.WARNING, "a connection to the database could not be closed: {0}", e.getMessage());
        }
    }

    /**
     * Runs the work on a snapshot of the last commit.
     *
     * @throws StoreException when the database fails
     */
    public <T> T read(Transaction<T> work) {
        Connection reader = takeReader();
        try {
            return snapshot(reader, work);
        } catch (SQLException e) {
            throw StoreException.from(e, file);
        } finally {
            readers.add(reader);
        }
    }

    private Connection takeReader() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return readers.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T snapshot(Connection reader, Transaction<T> work) throws SQLException {
        reader.setAutoCommit(false);
        try {
            return work.run(reader);
        } finally {
            reader.rollback();
            reader.setAutoCommit(true);
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            for (int i = 0; i < READERS; i++) {
                takeReader().close();
            }
            witness.close();
            writer.close();
        } catch (SQLException e) {
            throw StoreException.from(e, file);
        } finally {
            writing.unlock();
        }
    }
}
