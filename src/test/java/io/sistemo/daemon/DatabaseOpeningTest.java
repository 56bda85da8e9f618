package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.FakeHost;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.InstallationTable;
import io.sistemo.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New, kept, refused or rebuilt; and what lies about that cannot be used. */
class DatabaseOpeningTest {
    private static final String ID = "00000001-0000-4000-8000-000000000000";

    @TempDir
    Path root;

    private final FakeHost host = new FakeHost();
    private final List<String> report = new ArrayList<>();
    private DataDirectory directory;

    @BeforeEach
    void prepare() {
        directory = new DataDirectory(root);
        for (Path at = directory.root(); at != null && at.getParent() != null; at = at.getParent()) {
            ensureDirectory(at);
        }
        List.of(directory.volumes(), directory.machines(), directory.images()).forEach(this::ensureDirectory);
    }

    private void ensureDirectory(Path path) {
        Path parent = path.getParent();
        if (parent != null && parent.getParent() != null && !host.files().directoryExists(parent)) {
            ensureDirectory(parent);
        }
        host.files().ensureDirectory(path, 0700, 0);
    }

    private void put(Path file, String text) {
        host.files().writeAtomically(file, text.getBytes(StandardCharsets.UTF_8), 0600, 0);
    }

    private InstallationId open() {
        report.clear();
        try (Database database = DatabaseOpening.open(directory, host.files(), () -> host, report::add)) {
            return DatabaseOpening.requireInstallation(database, directory, host);
        }
    }

    @Test
    void aNewDirectoryGetsANewDatabaseWithoutAReport() {
        InstallationId id = open();
        assertThat(report).isEmpty();
        assertThat(host.files().readText(directory.installationId())).contains(id.value() + "\n");
        assertThat(open()).isEqualTo(id);
        assertThat(report).isEmpty();
    }

    @Test
    void theInstallationOutlivesItsDatabase() throws IOException {
        InstallationId id = open();
        Files.delete(directory.database());
        assertThat(open()).isEqualTo(id);
        assertThat(report.getFirst()).contains(directory.database() + " is gone");
        assertThat(report).contains("There was no file to keep.");
    }

    @Test
    void theOldFileIsKeptWithItsLogUnderANameThatIsFree() throws IOException {
        open();
        for (int i = 0; i < 3; i++) {
            Files.writeString(directory.database(), "rubbish " + i);
            Files.writeString(Path.of(directory.database() + "-wal"), "");
            Files.writeString(Path.of(directory.database() + "-shm"), "index " + i);
            open();
            assertThat(report).anySatisfy(line -> assertThat(line).contains("nothing was deleted"));
        }
        try (Stream<Path> files = Files.list(root)) {
            List<String> kept = files.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.startsWith("sistemo.db.unclean-"))
                    .toList();
            assertThat(kept.stream().filter(name -> name.endsWith("-wal"))).hasSize(3);
            assertThat(kept.stream().filter(name -> name.endsWith("-shm"))).hasSize(3);
            assertThat(kept.stream().filter(name -> !name.endsWith("-wal") && !name.endsWith("-shm")))
                    .hasSize(3)
                    .anySatisfy(name -> assertThat(root.resolve(name)).hasContent("rubbish 0"))
                    .anySatisfy(name -> assertThat(root.resolve(name)).hasContent("rubbish 2"));
        }
    }

    @Test
    void whatCannotBeOpenedIsRefusedInALineAndNotSetAside() throws IOException {
        Files.createDirectory(directory.database());
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith("the database ")
                        .endsWith("is not a file")
                        .doesNotContain("\n"));
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files).containsExactly(directory.database());
        }
    }

    @Test
    void everythingThatCannotComeBackIsReportedAndLeft() {
        put(directory.volumes().resolve(ID + ".json"), "{\"version\":7,\"id\":\"" + ID + "\"}");
        put(directory.volumes().resolve("loose.raw"), "bytes");
        ensureDirectory(directory.machines().resolve(ID));
        put(directory.machine(ID).sidecar(), "{ not json");
        ensureDirectory(directory.machines().resolve("empty"));
        open();
        assertThat(report)
                .anySatisfy(line -> assertThat(line).contains("volume " + ID, "version 7"))
                .anySatisfy(line -> assertThat(line).contains("volumes/loose.raw has no sidecar"))
                .anySatisfy(line -> assertThat(line).contains("machine " + ID, "damaged"))
                .anySatisfy(line -> assertThat(line).contains("machine empty has no sidecar"))
                .allSatisfy(line -> assertThat(line).doesNotContain("\n"));
        assertThat(host.files().list(directory.volumes())).hasSize(2);
        assertThat(host.files().list(directory.machines())).hasSize(2);
        try (Database database = Database.open(directory.database())) {
            assertThat(new UnknownRemains(database, directory, host.files()).find())
                    .hasSize(4)
                    .allSatisfy(line -> assertThat(line).contains("is in no row; it is kept"));
            assertThat(new UnknownRemains(database, directory, host.files()).findBesidesVolumes())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("the machine "));
        }
    }

    @Test
    void theDatabaseIsBelievedWhenTheCopySaysAnotherId() {
        InstallationId id = open();
        put(directory.installationId(), "ffffffffffff\n");
        assertThat(open()).isEqualTo(id);
        assertThat(host.files().readText(directory.installationId())).contains(id.value() + "\n");
        try (Database database = Database.open(directory.database())) {
            assertThat(database.write(InstallationTable::requireId)).isEqualTo(id);
        }
    }
}
