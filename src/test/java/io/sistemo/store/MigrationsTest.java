package io.sistemo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Databases of every earlier program, made of its own schema and of rows as it wrote them ({@code rows-NNNN.sql}), become
 * the newest one's and lose no row. A new version that brings no such rows fails here.
 */
class MigrationsTest {
    @TempDir
    Path directory;

    static Stream<Integer> versions() {
        return IntStream.rangeClosed(1, Migrations.NEWEST).boxed();
    }

    private Path fixture(int version) throws SQLException, IOException {
        Path file = directory.resolve("version-" + version + ".db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            for (int step = 1; step <= version; step++) {
                execute(connection, String.format(Locale.ROOT, "%04d.sql", step));
            }
            execute(connection, String.format(Locale.ROOT, "rows-%04d.sql", version));
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA user_version = " + version);
            }
        }
        return file;
    }

    private static void execute(Connection connection, String resource) throws SQLException, IOException {
        try (InputStream stream = Migrations.class.getResourceAsStream(resource);
                Statement statement = connection.createStatement()) {
            assertThat(stream).as(resource).isNotNull();
            statement.executeUpdate(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static List<String> schema(Connection connection) throws SQLException {
        return Rows.all(
                connection,
                row -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3),
                "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
    }

    private static Map<String, Integer> counts(Connection connection) throws SQLException {
        Map<String, Integer> counts = new HashMap<>();
        for (String table : Rows.all(
                connection,
                row -> row.getString(1),
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
            counts.put(
                    table,
                    Rows.first(connection, row -> row.getInt(1), "SELECT count(*) FROM " + table)
                            .orElseThrow());
        }
        return counts;
    }

    private Map<String, Integer> countsOf(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            return counts(connection);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyEarlierDatabaseBecomesTheNewestWithItsRows(int version) throws SQLException, IOException {
        Path file = fixture(version);
        Map<String, Integer> before = countsOf(file);
        assertThat(before)
                .as("a fixture has rows in every table")
                .allSatisfy((_, count) -> assertThat(count).isPositive());
        List<String> newest;
        try (Database fresh = Database.open(directory.resolve("fresh.db"))) {
            newest = fresh.read(MigrationsTest::schema);
        }
        try (Database migrated = Database.open(file)) {
            assertThat(migrated.read(MigrationsTest::schema)).isEqualTo(newest);
            assertThat(migrated.read(MigrationsTest::counts)).containsAllEntriesOf(before);
            List<String> dangling = migrated.read(
                    connection -> Rows.all(connection, row -> row.getString(1), "PRAGMA foreign_key_check"));
            assertThat(dangling).isEmpty();
        }
        assertThat(DatabaseInspection.inspect(file, Duration.ofSeconds(10)))
                .isEqualTo(new DatabaseCondition.Sound(true));
    }

    @Test
    void everyVersionUpToTheNewestHasItsScriptAndNoneLiesBeyond() {
        List<Integer> there = new ArrayList<>();
        for (int version = 1; version < Migrations.NEWEST + 10; version++) {
            if (Migrations.class.getResource(String.format(Locale.ROOT, "%04d.sql", version)) != null) {
                there.add(version);
            }
        }
        assertThat(there).containsExactlyElementsOf(versions().toList());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aNewerOneIsRefusedInOneLineAndNotTouched(int version) throws SQLException, IOException {
        Path file = fixture(version);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + (Migrations.NEWEST + 1));
        }
        Map<String, Integer> before = countsOf(file);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Database.open(file))
                .satisfies(e -> assertThat(e.getMessage())
                        .contains("newer", "use the newer sistemo")
                        .doesNotContain("\n"));
        assertThat(countsOf(file)).isEqualTo(before);
    }
}
