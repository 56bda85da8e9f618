package io.sistemo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is damaged is found out and nothing else is taken for damage; looking changes nothing. */
class DatabaseInspectionTest {
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final int WAL_HEADER_BYTES = 32;
    private static final int PAGE_BYTES = 4096;
    private static final int FRAME_BYTES = PAGE_BYTES + 24;
    private static final int ROWS = 400;

    @TempDir
    Path directory;

    private Path file;
    private Path log;
    private Path index;

    @BeforeEach
    void name() {
        file = directory.resolve("sistemo.db");
        log = Path.of(file + "-wal");
        index = Path.of(file + "-shm");
    }

    private static void insert(Database database, int row) {
        database.write(connection -> Rows.change(
                connection,
                "INSERT INTO installation (id, created_at) VALUES (?, 0)",
                String.format(Locale.ROOT, "%0100d", row)));
    }

    private void closed() {
        try (Database database = Database.open(file)) {
            for (int i = 0; i < ROWS; i++) {
                insert(database, i);
            }
        }
        assertThat(log).doesNotExist();
    }

    /** The files as a killed daemon leaves them: the last commits are in the write-ahead log. */
    private void killed() throws IOException {
        Path running = Files.createDirectory(directory.resolve("running")).resolve("sistemo.db");
        try (Database database = Database.open(running)) {
            for (int i = 0; i < 5; i++) {
                insert(database, i);
            }
            Files.copy(running, file);
            Files.copy(Path.of(running + "-wal"), log);
            Files.copy(Path.of(running + "-shm"), index);
        }
    }

    private static void overwrite(Path file, long at, String text) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            open.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void truncate(Path file, long bytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(bytes);
        }
    }

    private List<byte[]> contents() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path each : List.of(file, log)) {
            contents.add(Files.isRegularFile(each) ? Files.readAllBytes(each) : new byte[0]);
        }
        return contents;
    }

    private DatabaseCondition inspect() throws IOException {
        List<byte[]> before = contents();
        DatabaseCondition condition = DatabaseInspection.inspect(file, BOUND);
        List<byte[]> after = contents();
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i)).as("file %d", i).isEqualTo(before.get(i));
        }
        return condition;
    }

    private void assertUnclean(String word) throws IOException {
        assertThat(inspect())
                .isInstanceOfSatisfying(
                        DatabaseCondition.Unclean.class,
                        unclean -> assertThat(unclean.reason()).contains(word).doesNotContain("\n", "***"));
    }

    @Test
    void noFileIsMissingAndAFileOfNothingIsEmpty() throws IOException {
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Missing());
        assertThat(file).doesNotExist();
        Files.createFile(file);
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Empty());
    }

    @Test
    void whatAStoppedOrKilledDaemonLeavesIsSound() throws IOException {
        closed();
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Sound(true));
        for (Path each : List.of(file, log, index)) {
            Files.deleteIfExists(each);
        }
        killed();
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Sound(true));
        Files.delete(index);
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Sound(true));
    }

    @Test
    void theCheckIsBounded() {
        closed();
        assertThat(DatabaseInspection.inspect(file, Duration.ZERO)).isEqualTo(new DatabaseCondition.Sound(false));
        assertThat(DatabaseInspection.inspectThoroughly(file)).isEqualTo(new DatabaseCondition.Sound(true));
    }

    @Test
    void aPageOfOtherBytesIsFound() throws IOException {
        closed();
        overwrite(file, 3 * PAGE_BYTES, "x".repeat(PAGE_BYTES));
        assertUnclean("");
    }

    @Test
    void aFileThatWasCutShortIsFound() throws IOException {
        closed();
        truncate(file, Files.size(file) / 2 / PAGE_BYTES * PAGE_BYTES);
        assertUnclean("malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "SQLite format 4\0"})
    void anotherFileIsNoDatabase(String head) throws IOException {
        closed();
        overwrite(file, 0, head);
        assertUnclean("not a database");
    }

    @Test
    void anIndexThatContradictsItsTableIsFoundByTheThoroughCheckOnly() throws IOException, SQLException {
        closed();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA writable_schema = ON");
            statement.execute("CREATE TABLE other (a TEXT, b TEXT)");
            statement.execute("INSERT INTO other VALUES ('one', 'two')");
            statement.execute("CREATE INDEX other_a ON other (a)");
            statement.execute(
                    "UPDATE sqlite_schema SET sql = 'CREATE INDEX other_a ON other (b)' WHERE name = 'other_a'");
        }
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Sound(true));
        assertThat(DatabaseInspection.inspectThoroughly(file)).isInstanceOf(DatabaseCondition.Unclean.class);
    }

    /** SQLite itself would silently go back to the state before the first bad frame. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMangledLogIsFoundWithItsIndexAndWithout(boolean withIndex) throws IOException {
        killed();
        overwrite(log, WAL_HEADER_BYTES + FRAME_BYTES + 1000, "mangled");
        if (!withIndex) {
            Files.delete(index);
        }
        assertUnclean("frame 2");
    }

    @Test
    void aMangledLastCommitIsFoundByTheIndexAndIsACrashsTearWithoutIt() throws IOException {
        killed();
        overwrite(log, Files.size(log) - 7, "mangled");
        assertUnclean("lost");
        Files.delete(index);
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Sound(true));
    }

    @Test
    void aLogThatWasCutShortIsFound() throws IOException {
        killed();
        truncate(log, Files.size(log) - FRAME_BYTES);
        assertUnclean("lost");
    }

    @Test
    void aLogWithoutItsHeaderIsFound() throws IOException {
        killed();
        overwrite(log, 4, "head");
        Files.delete(index);
        assertUnclean("header");
    }

    @Test
    void aLogThatIsGoneOrEmptyIsFoundByItsIndex() throws IOException {
        killed();
        truncate(log, 0);
        assertUnclean("gone");
        Files.delete(log);
        assertUnclean("gone");
    }

    @Test
    void aTransactionThatACrashCutShortIsNoDamage() throws IOException {
        killed();
        byte[] frames = Files.readAllBytes(log);
        try (RandomAccessFile open = new RandomAccessFile(log.toFile(), "rw")) {
            open.seek(frames.length);
            open.write(frames, WAL_HEADER_BYTES, FRAME_BYTES / 2);
        }
        assertThat(inspect()).isEqualTo(new DatabaseCondition.Sound(true));
    }

    @Test
    void whatIsNotDamageIsRefusedAndLeftAsItIs() throws IOException, SQLException {
        Files.createDirectory(file);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(this::inspect)
                .withMessageContaining("is not a file");
        Files.delete(file);
        closed();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + (Migrations.NEWEST + 1));
        }
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(this::inspect)
                .withMessageContaining("newer than this program's");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).allSatisfy(path -> assertThat(path.toString()).startsWith(file.toString()));
        }
    }
}
