package io.sistemo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file: made, opened again, refused when it is newer; transactions whole or not at all. */
class DatabaseTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("sistemo.db");
    }

    private static Optional<Long> tables(Database database) {
        return database.read(connection -> Rows.first(
                connection, row -> row.getLong(1), "SELECT count(*) FROM sqlite_master WHERE type = 'table'"));
    }

    private static int installations(Database database) {
        Optional<Integer> count = database.read(
                connection -> Rows.first(connection, row -> row.getInt(1), "SELECT count(*) FROM installation"));
        return count.orElseThrow();
    }

    @Test
    void anEmptyFileGetsTheNewestSchemaAndKeepsIt() throws SQLException {
        InstallationId id;
        Optional<Long> made;
        try (Database database = Database.open(file)) {
            id = database.write(InstallationTable::requireId);
            made = tables(database);
        }
        try (Database database = Database.open(file)) {
            assertThat(database.write(InstallationTable::requireId)).isEqualTo(id);
            assertThat(tables(database)).isEqualTo(made);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            assertThat(Rows.first(connection, row -> row.getInt(1), "PRAGMA user_version"))
                    .contains(Migrations.NEWEST);
        }
    }

    /** What a commit promises: on the disk when it returns, references checked, readers beside it. */
    @Test
    void everyConnectionKeepsItsPromises() {
        Map<String, String> wanted =
                Map.of("journal_mode", "wal", "synchronous", "2", "foreign_keys", "1", "busy_timeout", "10000");
        try (Database database = Database.open(file)) {
            Map<String, String> writer = database.write(connection -> settings(connection, wanted));
            assertThat(writer).isEqualTo(wanted);
            for (int i = 0; i < 3; i++) {
                Map<String, String> reader = database.read(connection -> settings(connection, wanted));
                assertThat(reader).isEqualTo(wanted);
            }
        }
    }

    private static Map<String, String> settings(Connection connection, Map<String, String> names) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        for (String name : names.keySet()) {
            settings.put(
                    name,
                    Rows.first(connection, row -> row.getString(1), "PRAGMA " + name)
                            .orElseThrow());
        }
        return settings;
    }

    @Test
    void aFileOfANewerProgramIsRefusedAndNotTouched() throws SQLException {
        Database.open(file).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + (Migrations.NEWEST + 1));
        }
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Database.open(file))
                .withMessageContaining("newer than this program");
    }

    /** Fails before or after a commit, once it is told to. */
    private static final class FailingCommit implements CommitListener {
        private boolean before;
        private boolean after;

        @Override
        public void beforeCommit() {
            fail(before);
        }

        @Override
        public void afterCommit() {
            fail(after);
        }

        private static void fail(boolean now) {
            if (now) {
                throw new StoreException("on purpose");
            }
        }
    }

    private static boolean insert(Connection connection) throws SQLException {
        Rows.change(connection, "INSERT INTO installation (id, created_at) VALUES ('x', 0)");
        return true;
    }

    @Test
    void theVersionChangesWithEachCommitAndOnlyThen() throws SQLException {
        try (Database database = Database.open(file);
                Connection another = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            long first = database.version();
            assertThat(installations(database)).isZero();
            assertThat(database.version()).isEqualTo(first);
            assertThat(database.write(DatabaseTest::insert)).isTrue();
            long second = database.version();
            assertThat(second).isNotEqualTo(first);
            assertThatThrownBy(() -> database.write(DatabaseTest::insert)).isInstanceOf(ConstraintException.class);
            assertThat(database.version()).isEqualTo(second);
            Rows.change(another, "DELETE FROM installation");
            assertThat(database.version()).isNotEqualTo(second);
        }
    }

    @Test
    void aCommitThatFailedLeavesNothing() {
        FailingCommit commits = new FailingCommit();
        try (Database database = Database.open(file, commits)) {
            commits.before = true;
            assertThatThrownBy(() -> database.write(DatabaseTest::insert)).hasMessage("on purpose");
            assertThat(installations(database)).isZero();
            commits.before = false;
            assertThat(database.write(DatabaseTest::insert)).isTrue();
            assertThat(installations(database)).isOne();
        }
    }

    @Test
    void aCommitThatWasDoneIsDoneWhateverItReported() {
        FailingCommit commits = new FailingCommit();
        try (Database database = Database.open(file, commits)) {
            commits.after = true;
            assertThat(database.write(DatabaseTest::insert)).isTrue();
            assertThat(installations(database)).isOne();
            commits.after = false;
            int deleted = database.write(connection -> Rows.change(connection, "DELETE FROM installation"));
            assertThat(deleted).isOne();
            assertThat(installations(database)).isZero();
        }
    }

    @Test
    void whatFailsLeavesNothing() {
        try (Database database = Database.open(file)) {
            assertThatThrownBy(() -> database.write(connection -> {
                        Rows.change(connection, "INSERT INTO installation (id, created_at) VALUES ('x', 0)");
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");
            assertThat(installations(database)).isZero();
            assertThatExceptionOfType(ConstraintException.class)
                    .isThrownBy(() -> database.write(connection -> {
                        Rows.change(connection, "INSERT INTO installation (id, created_at) VALUES ('x', 0)");
                        return Rows.change(connection, "INSERT INTO installation (id, created_at) VALUES ('x', 0)");
                    }));
            assertThat(database.write(InstallationTable::requireId)).isNotNull();
        }
    }

    @Test
    void aFullDiskIsSaidAndTheNextTransactionWorks() {
        try (Database database = Database.open(file)) {
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(DatabaseFullException.class)
                        .isThrownBy(() -> database.write(connection -> {
                            Rows.change(connection, "INSERT INTO installation (id, created_at) VALUES ('x', 0)");
                            Rows.all(connection, row -> row.getInt(1), "PRAGMA max_page_count = 1");
                            return Rows.change(
                                    connection,
                                    "INSERT INTO installation (id, created_at) VALUES (hex(zeroblob(1000000)), 0)");
                        }))
                        .withMessageContaining("no room")
                        .withMessageContaining("MiB");
                assertThat(installations(database)).isZero();
            }
            database.write(connection -> Rows.all(connection, row -> row.getInt(1), "PRAGMA max_page_count = 100000"));
            assertThat(database.write(InstallationTable::requireId)).isNotNull();
        }
    }

    /** As after a failure upon which SQLite ends the transaction by itself. */
    @Test
    void aTransactionThatWasEndedMeanwhileIsTheLastOfItsConnection() {
        try (Database database = Database.open(file)) {
            assertThatThrownBy(() -> database.write(connection -> {
                        Rows.change(connection, "INSERT INTO installation (id, created_at) VALUES ('x', 0)");
                        Rows.change(connection, "ROLLBACK");
                        throw new IllegalStateException("the first cause");
                    }))
                    .hasMessage("the first cause");
            assertThat(installations(database)).isZero();
            assertThat(database.write(InstallationTable::requireId)).isNotNull();
        }
    }

    @Test
    void aDeathBeforeTheCommitUndoesAndAfterItKeeps() {
        boolean[] after = {false};
        CommitListener dying = new CommitListener() {
            @Override
            public void beforeCommit() {
                if (!after[0]) {
                    throw new AssertionError("died");
                }
            }

            @Override
            public void afterCommit() {
                throw new AssertionError("died");
            }
        };
        for (int i = 0; i < 2; i++) {
            after[0] = i == 1;
            try (Database database = Database.open(file, dying)) {
                assertThatThrownBy(() -> database.write(InstallationTable::requireId))
                        .hasMessage("died");
            }
            try (Database database = Database.open(file)) {
                assertThat(installations(database)).isEqualTo(i);
            }
        }
    }
}
