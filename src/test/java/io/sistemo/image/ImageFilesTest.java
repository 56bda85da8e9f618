package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.LinuxDisks;
import io.sistemo.host.LinuxFiles;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store: what goes in comes out, whole or not at all, and nothing is left of what failed. */
class ImageFilesTest {
    @TempDir
    Path directory;

    private Path store;
    private ImageFiles images;

    @BeforeEach
    void makeStore() throws IOException {
        store = Files.createDirectory(directory.resolve("images"));
        images = new ImageFiles(new LinuxDisks(), new LinuxFiles(), store);
    }

    @Test
    void keepsAnImageUnderTheDigestOfItsContent() throws Exception {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 3000, "the end");

        ImageFile image = images.importFile(source, "op-1", ImageFilesTest::ignore, ImageFilesTest::never, _ -> {});

        assertThat(image.digest().hex()).isEqualTo(sha256(source));
        assertThat(image.path()).isEqualTo(store.resolve(sha256(source) + ".ext4"));
        assertThat(Files.mismatch(source, image.path())).isEqualTo(-1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(image.path())))
                .isEqualTo("r--------");
        assertThat(images.find(image.digest())).contains(image);
        assertThat(images.list()).containsExactly(image.digest());
    }

    @Test
    void keepsHolesAndMakesHolesOfZeroes() throws Exception {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 5000, "end");
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.seek(1 << 20);
            file.write(new byte[4 << 20]);
        }

        ImageFile image = images.importFile(source, "op-1", ImageFilesTest::ignore, ImageFilesTest::never, _ -> {});

        assertThat(image.sizeBytes()).isEqualTo(5000 * 4096L);
        assertThat(allocatedBytes(image.path())).isLessThanOrEqualTo(64 << 10);
        assertThat(Files.mismatch(source, image.path())).isEqualTo(-1);
    }

    @Test
    void keepsALengthThatEndsInAHoleOrInTheMiddleOfABlock() throws Exception {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 600, "end");
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.setLength(3_000_017);
        }

        ImageFile image = images.importFile(source, "op-1", ImageFilesTest::ignore, ImageFilesTest::never, _ -> {});

        assertThat(image.sizeBytes()).isEqualTo(3_000_017);
        assertThat(Files.mismatch(source, image.path())).isEqualTo(-1);
    }

    @Test
    void copiesAnyPatternOfDataAndZeroes() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 40; round++) {
            Path source = FakeExt4.write(directory.resolve("r.ext4"), 600, "end");
            try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
                for (int i = random.nextInt(12); i > 0; i--) {
                    byte[] bytes = new byte[random.nextInt(20_000)];
                    if (random.nextBoolean()) {
                        random.nextBytes(bytes);
                    }
                    file.seek(4096 + random.nextInt(2_400_000));
                    file.write(bytes);
                }
            }
            ImageFile image =
                    images.importFile(source, "op-" + round, ImageFilesTest::ignore, ImageFilesTest::never, _ -> {});
            assertThat(Files.mismatch(source, image.path())).isEqualTo(-1);
            assertThat(image.digest().hex()).isEqualTo(sha256(source));
            Files.delete(source);
        }
    }

    @Test
    void importingTheSameContentAgainChangesNothing() throws IOException {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 100, "end");
        ImageFile first = images.importFile(source, "op-1", ImageFilesTest::ignore, ImageFilesTest::never, _ -> {});
        Object key = Files.getAttribute(first.path(), "unix:ino");

        assertThat(images.importFile(source, "op-2", ImageFilesTest::ignore, ImageFilesTest::never, _ -> {}))
                .isEqualTo(first);
        assertThat(Files.getAttribute(first.path(), "unix:ino")).isEqualTo(key);
        assertThat(contents()).hasSize(1);
    }

    @Test
    void saysTheNameBeforeItAppears() throws IOException {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 100, "end");
        List<ImageDigest> announced = new ArrayList<>();

        ImageFile image = images.importFile(source, "op-1", ImageFilesTest::ignore, ImageFilesTest::never, digest -> {
            assertThat(images.find(digest)).isEmpty();
            announced.add(digest);
        });

        assertThat(announced).containsExactly(image.digest());
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 2000, "end");
        List<Progress> told = new ArrayList<>();

        images.importFile(source, "op-1", told::add, ImageFilesTest::never, _ -> {});

        assertThat(told).isNotEmpty().isSortedAccordingTo((a, b) -> Integer.compare(percent(a), percent(b)));
        assertThat(told.getLast()).isEqualTo(Progress.of("copying a.ext4", 100));
    }

    @Test
    void cancellingLeavesNothing() throws IOException {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 2000, "end");
        AtomicInteger asked = new AtomicInteger();

        assertRefused(source, RefusalCode.CANCELLED, "cancelled", () -> asked.incrementAndGet() > 3);
        assertThat(contents()).isEmpty();
    }

    @Test
    void anInterruptLeavesNothingAndStaysSet() throws IOException {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 2000, "end");
        Consumer<Progress> interrupting = progress -> Thread.currentThread().interrupt();

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> images.importFile(source, "op-1", interrupting, ImageFilesTest::never, _ -> {}))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.CANCELLED));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(contents()).isEmpty();
    }

    @Test
    void aSourceThatChangesMeanwhileIsRefused() throws IOException {
        Path source = FakeExt4.write(directory.resolve("a.ext4"), 2000, "end");
        Consumer<Progress> writer = progress -> append(source);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> images.importFile(source, "op-1", writer, ImageFilesTest::never, _ -> {}))
                .withMessageContaining("changed while it was copied");
        assertThat(contents()).isEmpty();
    }

    @Test
    void refusesWhatIsNoImage() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "x".repeat(5000));

        assertRefused(text, RefusalCode.BAD_INPUT, "not an ext4", ImageFilesTest::never);
        assertRefused(directory, RefusalCode.BAD_INPUT, "directory", ImageFilesTest::never);
        assertRefused(directory.resolve("none"), RefusalCode.NOT_FOUND, "no file", ImageFilesTest::never);
        assertRefused(Path.of("a.ext4"), RefusalCode.BAD_INPUT, "begin with /", ImageFilesTest::never);
        assertThat(contents()).isEmpty();
    }

    @Test
    void findsAndDeletesWhatACrashLeft() throws IOException {
        Files.writeString(store.resolve("import.partial-op-7"), "half");

        assertThat(images.partialImports()).containsExactly("op-7");
        images.deletePartialImport("op-7");
        images.deletePartialImport("op-7");

        assertThat(contents()).isEmpty();
        assertThat(images.partialImports()).isEmpty();
    }

    @Test
    void deletesAnImageOnceAndAgain() throws IOException {
        ImageFile image = images.importFile(
                FakeExt4.write(directory.resolve("a.ext4"), 100, "end"),
                "op-1",
                ImageFilesTest::ignore,
                ImageFilesTest::never,
                _ -> {});

        images.delete(image.digest());
        images.delete(image.digest());

        assertThat(images.find(image.digest())).isEmpty();
        assertThat(contents()).isEmpty();
    }

    private void assertRefused(Path source, RefusalCode code, String why, BooleanSupplier cancelled) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> images.importFile(source, "op-1", ImageFilesTest::ignore, cancelled, _ -> {}))
                .withMessageContaining(why)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private static boolean never() {
        return false;
    }

    private static void ignore(Progress progress) {
        // Most tests do not listen.
    }

    private static int percent(Progress progress) {
        return progress.percent().orElseThrow();
    }

    private static void append(Path file) {
        try {
            Files.writeString(file, "more", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<Path> contents() throws IOException {
        try (Stream<Path> entries = Files.list(store)) {
            return entries.toList();
        }
    }

    private static long allocatedBytes(Path file) {
        String blocks = new LinuxPrograms()
                .require(ProgramCall.of("stat", "-c", "%b", file.toString()))
                .output()
                .strip();
        return Long.parseLong(blocks) * 512;
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
