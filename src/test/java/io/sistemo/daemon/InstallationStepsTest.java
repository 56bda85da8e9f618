package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.image.ImageDigest;
import io.sistemo.image.ImageFile;
import io.sistemo.image.Progress;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps with an archive on paper: what is done once is not done again, and what failed is. */
class InstallationStepsTest {
    @TempDir
    Path parent;

    private final PaperArchive archive = new PaperArchive();
    private final PaperParts parts = new PaperParts();
    private final Rows rows = new Rows();
    private final List<String> told = new ArrayList<>();

    private Map<String, String> environment = Map.of();
    private FirecrackerWish firecracker = new FirecrackerWish.None("not in this test");

    @BeforeEach
    void withCache() {
        environment = Map.of(
                InstallationRequest.CACHE_VARIABLE, parent.resolve("cache").toString());
    }

    @Test
    void preparesAll() throws IOException {
        install("a");

        Path data = parent.resolve("a");
        assertThat(data.resolve("kernel/vmlinux")).hasContent("elf of kernel image");
        assertThat(data.resolve("kernel/initramfs.cpio.zst")).hasContent("initramfs for 6.1.0-9-cloud-amd64");
        assertThat(Files.readString(data.resolve("kernel/versions.json")))
                .contains("6.1.0-9-cloud-amd64", "\"busybox-static\"", "1:1.36-1", "sha256_by_file");
        assertThat(data.resolve("ssh/sistemo_key")).exists();
        assertThat(rows.find("debian").orElseThrow().path()).exists().hasParent(data.resolve("images"));
        assertThat(data.resolve("build")).doesNotExist();
        assertThat(archive.runs).isEqualTo(2);
    }

    @Test
    void asksNobodyTheSecondTime() {
        install("a");
        told.clear();
        install("a");

        assertThat(archive.runs).isEqualTo(2);
        assertThat(told)
                .contains("kernel 6.1.0-9-cloud-amd64 and initramfs: already there", "image debian: already there");
    }

    @Test
    void takesAnotherDirectorysFilesFromTheCache() throws IOException {
        install("a");
        rows.images.clear();
        install("b");

        assertThat(archive.runs).isEqualTo(2);
        assertThat(Files.mismatch(parent.resolve("a/kernel/vmlinux"), parent.resolve("b/kernel/vmlinux")))
                .isEqualTo(-1);
        assertThat(rows.find("debian").orElseThrow().path()).hasParent(parent.resolve("b/images"));
    }

    @Test
    void buildsAgainWithoutACache() {
        environment = Map.of();
        install("a");
        rows.images.clear();
        install("b");

        assertThat(archive.runs).isEqualTo(4);
        assertThat(parent.resolve("cache")).doesNotExist();
    }

    @Test
    void doesNotBelieveADamagedCacheOrKernel() throws IOException {
        install("a");
        try (Stream<Path> files = Files.walk(parent.resolve("cache"))) {
            for (Path file : files.filter(each -> each.endsWith("vmlinux")).toList()) {
                Files.writeString(file, "!", StandardOpenOption.APPEND);
            }
        }
        // Shared with the cache by a link, so both are damaged now.
        install("a");

        assertThat(archive.runs).isEqualTo(3);
        assertThat(parent.resolve("a/kernel/vmlinux")).hasContent("elf of kernel image");
    }

    @Test
    void buildsAgainWhenOurPartOfTheInitramfsChanged() {
        install("a");
        parts.inputs = "changed";
        install("a");

        assertThat(archive.runs).isEqualTo(3);
    }

    @Test
    void goesOnWhereAnEarlierRunFailed() {
        archive.failing = true;
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> install("a"))
                .withMessageContaining("Failed to fetch http://x/InRelease");
        assertThat(parent.resolve("a/build")).doesNotExist();
        assertThat(parent.resolve("a/kernel")).isEmptyDirectory();

        archive.failing = false;
        install("a");
        assertThat(rows.images).containsKey("debian");
    }

    @Test
    void refusesAnUnknownImageAndACacheThatOthersMayWrite() throws IOException {
        assertRefused("nginx", RefusalCode.NOT_FOUND);
        Path cache = Files.createDirectory(parent.resolve("cache"));
        Files.setPosixFilePermissions(cache, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.deleteIfExists(parent.resolve("a/kernel/versions.json"));
        assertRefused("debian", RefusalCode.BAD_INPUT);
    }

    @Test
    void preparesFirecrackerOnce() throws IOException {
        firecracker = PaperRelease.wish(parent);
        install("a");

        assertThat(parent.resolve("a/bin/firecracker")).isExecutable();
        assertThat(parent.resolve("a/bin/jailer")).isExecutable();
        assertThat(told).contains("Firecracker 1.16.1 and its jailer: there");
        Files.delete(parent.resolve("release.tgz"));
        install("a");
        rows.images.clear();
        install("b");
        assertThat(parent.resolve("b/bin/firecracker")).as("from the cache").isExecutable();
    }

    @Test
    void keepsTheFirecrackerThatAUserChose() throws IOException {
        firecracker = PaperRelease.wish(parent);
        install("a");
        firecracker = new FirecrackerWish.IfPossible();
        install("a");

        assertThat(told.getLast()).isEqualTo("image debian: already there");
        assertThat(told)
                .filteredOn("Firecracker 1.16.1 and its jailer: there"::equals)
                .hasSize(2);
    }

    @Test
    void keepsTheOldFirecrackerWhenTheNewOneIsNotWhatItShouldBe() throws IOException {
        firecracker = PaperRelease.wish(parent);
        install("a");
        byte[] before = Files.readAllBytes(parent.resolve("a/bin/firecracker"));
        firecracker = new FirecrackerWish.Required(
                Optional.of(parent.resolve("release.tgz").toString()), Optional.of("0".repeat(64)));

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> install("a"))
                .withMessageContaining("was not unpacked");
        assertThat(parent.resolve("a/bin/firecracker")).hasBinaryContent(before);
        assertThat(parent.resolve("a/build")).doesNotExist();
    }

    @Test
    void goesOnWithoutAFirecrackerThatIsNotRequired() {
        firecracker = new FirecrackerWish.IfPossible();
        environment = Map.of();
        install("a");

        assertThat(told).anyMatch(line -> line.startsWith("Firecracker: not there, so machines run with QEMU. "));
        assertThat(rows.images).containsKey("debian");
    }

    private void assertRefused(String image, RefusalCode code) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> {
                    InstallationSteps steps = steps("a", image);
                    InstallationDirectory directory = steps.installDirectory();
                    steps.installImage(directory, rows);
                })
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private void install(String name) {
        InstallationSteps steps = steps(name, "debian");
        InstallationDirectory directory = steps.installDirectory();
        steps.installKey(directory, parts);
        steps.installKernel(directory, parts);
        steps.installFirecracker(directory);
        steps.installImage(directory, rows);
    }

    private InstallationSteps steps(String name, String image) {
        return new InstallationSteps(
                InstallationRequest.of(parent.resolve(name), image, firecracker, environment),
                archive,
                this::hear,
                nowhere());
    }

    /** Its way out ends at a port of this host on which nobody listens. */
    private static HttpsDownload nowhere() {
        ProxySelector closed = ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        return new HttpsDownload(HttpClient.newBuilder().proxy(closed), Duration.ofSeconds(10), 1);
    }

    private void hear(Progress progress) {
        told.add(progress.phase());
    }

    private static final class PaperParts implements InstallationGuestParts {
        private String inputs = "first";

        @Override
        public List<String> packages() {
            return List.of("busybox-static", "linux-image-cloud-amd64");
        }

        @Override
        public String inputsHash() {
            return inputs;
        }

        @Override
        public void ensureClientKey(Path directory) throws IOException {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("sistemo_key"), "key");
        }

        @Override
        public void extractKernel(Path vmlinuz, Path vmlinux) throws IOException {
            Files.writeString(vmlinux, "elf of " + Files.readString(vmlinuz));
        }

        @Override
        public void buildInitramfs(Path packageTree, String kernelRelease, Path target) throws IOException {
            Files.writeString(target, "initramfs for " + kernelRelease);
        }
    }

    private static final class Rows implements InstallationImages {
        private final Map<String, ImageFile> images = new HashMap<>();

        @Override
        public Optional<ImageFile> find(String tag) {
            return Optional.ofNullable(images.get(tag));
        }

        @Override
        public void intend(ImageDigest digest) {
            // Files of this test need no claims.
        }

        @Override
        public void record(String tag, String source, ImageFile image) {
            images.put(tag, image);
        }

        @Override
        public void close() {
            // Nothing was opened.
        }
    }
}
