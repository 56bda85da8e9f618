package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.LinuxDisks;
import io.sistemo.host.LinuxFiles;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images by their names: pulled, listed, replaced, deleted; and what a dead daemon left of that. */
@Timeout(60)
class ImagesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final List<String> deploying = new ArrayList<>();
    /** Where a build of debian stands still until it is interrupted. */
    private final CountDownLatch building = new CountDownLatch(1);

    private Path store;
    private Database database;
    private Operations operations;
    private Images images;

    @BeforeEach
    void open() throws IOException {
        store = Files.createDirectory(directory.resolve("images"));
        database = Database.open(directory.resolve("db"));
        begin();
    }

    @AfterEach
    void close() throws InterruptedException {
        images.close();
        database.close();
    }

    /** A daemon begins, on what an earlier one left. */
    private void begin() {
        operations = new Operations(database);
        ImagePull.Means means = new ImagePull.Means(
                new ImageFiles(new LinuxDisks(), new LinuxFiles(), store),
                directory,
                new LinuxFiles(),
                this::neverEndingBuild,
                _ -> 7L,
                "boot-1");
        images = new Images(database, operations, means, new ImageUse() {
            @Override
            public List<String> machines(Connection connection, String digest) {
                return List.of("web");
            }

            @Override
            public List<String> deploying(Connection connection, String digest) {
                return deploying;
            }
        });
        images.start();
    }

    private Path neverEndingBuild(Path workspace, Consumer<Progress> progress) {
        try {
            Files.writeString(Files.createDirectory(workspace).resolve("file"), "half");
            building.countDown();
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Refusal(RefusalCode.CANCELLED, "Interrupted.");
    }

    private Path file(String name, String text) throws IOException {
        return FakeExt4.write(directory.resolve(name + ".ext4"), 100, text);
    }

    private Operation pulled(Path file) throws InterruptedException {
        Operation end = operations.awaitEnd(images.pull(file.toString()));
        // It has ended by its row; the copy of the names follows.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!images.idle()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        return end;
    }

    /** What is in the store. The copy of the names says what the rows say, and is not there without any. */
    private List<String> files() throws IOException {
        Path copy = store.resolve("names.json");
        List<String> written = Files.exists(copy)
                ? ImageNames.parse(Files.readAllBytes(copy)).names().stream()
                        .map(ImageNames.Name::name)
                        .toList()
                : List.of();
        assertThat(written).isEqualTo(names());
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(path -> !path.equals(copy))
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private List<Claim> claims() {
        return database.read(connection -> {
            List<Claim> claims = new ArrayList<>(ClaimTable.ofKind(connection, ClaimKind.IMAGE_FILE));
            claims.addAll(ClaimTable.ofKind(connection, ClaimKind.IMAGE_WORKSPACE));
            return claims;
        });
    }

    private List<String> names() {
        return images.list().stream().map(ImageDetails::name).toList();
    }

    private static void refused(RefusalCode code, Runnable request, String... words) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(request::run).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.sentence()).contains(words);
        });
    }

    @Test
    void aPulledFileIsListedWithAllThatIsKnownOfIt() throws Exception {
        Path file = file("appliance", "end");
        assertThat(pulled(file).state()).isEqualTo(OperationState.SUCCEEDED);
        ImageDetails image = images.list().getFirst();
        assertThat(image.name()).isEqualTo("appliance");
        assertThat(files()).containsExactly(image.digest().replace("sha256:", "") + ".ext4");
        assertThat(image.sizeBytes()).isEqualTo(Files.size(file));
        assertThat(image.allocatedBytes()).isEqualTo(7);
        assertThat(image.source()).isEqualTo(file.toString());
        assertThat(image.machines()).containsExactly("web");
        assertThat(claims()).hasSize(1).allMatch(claim -> claim.state() == ClaimState.HELD);
    }

    @Test
    void twoNamesOfOneContentShareItsFileUntilTheLastGoes() throws Exception {
        pulled(file("one", "same"));
        pulled(file("two", "same"));
        assertThat(names()).containsExactly("one", "two");
        assertThat(files()).hasSize(1);
        operations.awaitEnd(images.delete("one"));
        assertThat(names()).containsExactly("two");
        assertThat(files()).hasSize(1);
        operations.awaitEnd(images.delete("two"));
        assertThat(names()).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(claims()).isEmpty();
    }

    @Test
    void aNameThatGetsOtherContentLeavesNothingOfTheOld() throws Exception {
        pulled(file("appliance", "old"));
        List<String> old = files();
        pulled(file("appliance", "new"));
        assertThat(names()).containsExactly("appliance");
        // The old file goes after the pull has ended.
        while (claims().size() > 1) {
            assertThat(Thread.interrupted()).as("the time is up").isFalse();
            Thread.onSpinWait();
        }
        assertThat(files()).hasSize(1).isNotEqualTo(old);
        assertThat(claims()).hasSize(1);
    }

    @Test
    void whatCannotBePulledIsRefusedBeforeAnythingBegins() throws Exception {
        refused(RefusalCode.NOT_FOUND, () -> images.pull("nosuch"), "nosuch", "debian");
        refused(RefusalCode.BAD_INPUT, () -> images.pull("./here.ext4"), "must begin with '/'");
        refused(RefusalCode.BAD_INPUT, () -> images.pull(directory + "/a b.ext4"), "cannot be a name");
        Path zeros = Files.write(directory.resolve("zeros.ext4"), new byte[1 << 16]);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> images.pull(zeros.toString()))
                .satisfies(refusal -> assertThat(refusal.sentence()).contains("ext4"));
        assertThat(database.read(OperationTable::running)).isEmpty();
        assertThat(claims()).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void aCancelledPullLeavesNothing() throws Exception {
        OperationId pull = images.pull("debian");
        building.await();
        refused(RefusalCode.WRONG_STATE, () -> images.pull("debian"), "being pulled");
        operations.cancel(pull);
        Operation ended = operations.awaitEnd(pull);
        assertThat(ended.state()).isEqualTo(OperationState.CANCELLED);
        assertThat(names()).isEmpty();
        assertThat(claims()).isEmpty();
        assertThat(files()).isEmpty();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("image-")))
                    .isEmpty();
        }
    }

    @Test
    void anImageThatIsBeingClonedIsNotDeleted() throws Exception {
        pulled(file("appliance", "end"));
        deploying.add("web");
        refused(RefusalCode.IN_USE, () -> images.delete("appliance"), "appliance", "web");
        assertThat(names()).containsExactly("appliance");
        refused(RefusalCode.NOT_FOUND, () -> images.delete("nosuch"), "nosuch");
        String digest = images.list().getFirst().digest();
        refused(RefusalCode.NOT_FOUND, () -> images.delete(digest), "sha256");
    }

    @Test
    void whatADeadDaemonLeftOfAPullIsTakenBack() throws Exception {
        pulled(file("kept", "kept"));
        Operation dead = Operations.beginning(OperationKind.IMAGE_PULL, Images.TARGET, "debian", "debian");
        database.write(connection -> {
            OperationTable.begin(connection, dead);
            ImagePull.intend(connection, dead, "boot-0");
            return Boolean.TRUE;
        });
        Path workspace = Files.createDirectory(directory.resolve("image-" + dead.id()));
        Files.writeString(Files.createDirectory(workspace.resolve("tree")).resolve("file"), "half");
        begin();
        assertThat(workspace).doesNotExist();
        Operation ended = operations.require(dead.id());
        assertThat(ended.state()).isEqualTo(OperationState.FAILED);
        assertThat(ended.error()).hasValueSatisfying(error -> assertThat(error).contains("debian", "Pull it again"));
        assertThat(names()).containsExactly("kept");
        assertThat(claims()).hasSize(1);
    }

    @Test
    void aDeleteThatADaemonDidNotSurviveIsCarriedOn() throws Exception {
        pulled(file("appliance", "end"));
        Operation dead = Operations.beginning(OperationKind.IMAGE_DELETE, Images.TARGET, "appliance", "appliance");
        database.write(connection -> {
            OperationTable.begin(connection, dead);
            ImageTable.deleteName(connection, "appliance");
            for (Claim claim : ImageRemoval.nameless(connection)) {
                ClaimTable.markReleasing(connection, claim);
            }
            return Boolean.TRUE;
        });
        begin();
        assertThat(operations.require(dead.id()).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(files()).isEmpty();
        assertThat(claims()).isEmpty();
    }
}
