package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.BootId;
import io.sistemo.host.Programs;
import io.sistemo.image.Directories;
import io.sistemo.operation.Refusal;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.DriverLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An installation dies, or fails, before and after everything that it changes in a directory; the next one ends where an
 * undisturbed one does.
 */
class InstallationCrashTest {
    private Path parent = Path.of("/");

    /** In memory where that can be: programs die here, never the machine, and each installation syncs many files. */
    @BeforeEach
    void makeParent() throws IOException {
        Path memory = Path.of("/dev/shm");
        parent = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "install")
                : Files.createTempDirectory("install");
    }

    @AfterEach
    void deleteParent() throws IOException {
        Directories.delete(parent);
    }

    @Test
    void aDeathAnywhereIsMendedByTheNextRun() throws IOException {
        tryEverywhere(Map.of(), TracedFiles.Disturbance.DEATH);
    }

    @Test
    void aDeathAnywhereIsMendedByTheNextRunWithACache() throws IOException {
        tryEverywhere(Map.of(InstallationRequest.CACHE_VARIABLE, "cache"), TracedFiles.Disturbance.DEATH);
    }

    @Test
    void aFailureAnywhereIsSaidInALineAndMendedByTheNextRun() throws IOException {
        tryEverywhere(Map.of(InstallationRequest.CACHE_VARIABLE, "cache"), TracedFiles.Disturbance.FAILURE);
    }

    private void tryEverywhere(Map<String, String> environment, TracedFiles.Disturbance disturbance)
            throws IOException {
        Path undisturbed = Files.createDirectory(parent.resolve("whole"));
        TracedFiles whole = undisturbed();
        install(whole, undisturbed, environment);
        Map<String, String> wanted = contents(undisturbed);
        List<String> points = whole.passed();
        assertThat(points).hasSizeGreaterThan(50);
        System.out.println(
                "install" + environment.keySet() + ": " + disturbance + " at each of " + points.size() + " points");
        List<String> violations = new ArrayList<>();
        for (int point = 0; point < points.size(); point++) {
            Path place = Files.createDirectory(parent.resolve("at-" + point));
            String at = points.get(point);
            installDisturbed(new TracedFiles(point, disturbance), place, environment, disturbance)
                    .ifPresent(violation -> violations.add("\n" + at + ": " + violation));
            install(undisturbed(), place, environment);
            Map<String, String> difference = difference(wanted, contents(place));
            if (!difference.isEmpty()) {
                violations.add("\n" + at + ": " + difference);
            }
            Directories.delete(place);
        }
        assertThat(violations).isEmpty();
    }

    private static TracedFiles undisturbed() {
        return new TracedFiles(Integer.MAX_VALUE, TracedFiles.Disturbance.DEATH);
    }

    /** What was wrong with how it ended. A failure that changes nothing for the user need not end it. */
    private Optional<String> installDisturbed(
            TracedFiles files, Path place, Map<String, String> environment, TracedFiles.Disturbance disturbance) {
        try {
            install(files, place, environment);
            return disturbance == TracedFiles.Disturbance.DEATH ? Optional.of("it did not die") : Optional.empty();
        } catch (TracedFiles.Died e) {
            return Optional.empty();
        } catch (Refusal e) {
            return e.sentence().contains("\n") ? Optional.of("not a line: " + e.sentence()) : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("it is not refused: " + e);
        }
    }

    private static Map<String, String> difference(Map<String, String> wanted, Map<String, String> found) {
        Map<String, String> difference = new TreeMap<>();
        found.forEach((name, value) -> {
            if (!value.equals(wanted.get(name))) {
                difference.put(name, "is " + value + " instead of " + wanted.get(name));
            }
        });
        // A cache may lack what was complete before it was put there.
        wanted.keySet().stream()
                .filter(name -> !found.containsKey(name) && !name.startsWith("cache/"))
                .forEach(name -> difference.put(name, "is missing"));
        return difference;
    }

    private void install(TracedFiles files, Path place, Map<String, String> environment) {
        Map<String, String> placed = new TreeMap<>(environment);
        placed.replaceAll((_, name) -> place.resolve(name).toString());
        InstallationRequest request =
                InstallationRequest.of(files.path(place.resolve("data")), "debian", PaperRelease.wish(parent), placed);
        InstallationRequest traced = new InstallationRequest(
                request.dataDirectory(),
                request.image(),
                request.firecracker(),
                request.cache().map(files::path),
                request.callingUser(),
                request.callingGroup());
        Programs programs = new PaperArchive();
        InstallationSteps steps = new InstallationSteps(traced, programs, _ -> {});
        InstallationDirectory directory = steps.installDirectory();
        try (InstallationImages images =
                StoredImages.open(new DataDirectory(traced.dataDirectory()), new BootId("boot-1"))) {
            steps.installKey(directory, new KeyAndPaper());
            steps.installKernel(directory, new KeyAndPaper());
            steps.installFirecracker(directory);
            steps.installImage(directory, images);
        }
    }

    /** Real keys, and paper for all that takes seconds. */
    private static final class KeyAndPaper implements InstallationGuestParts {
        @Override
        public List<String> packages() {
            return List.of("busybox-static");
        }

        @Override
        public String inputsHash() {
            return "inputs";
        }

        @Override
        public void ensureClientKey(Path directory) throws IOException {
            new GuestParts(new PaperArchive()).ensureClientKey(directory);
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

    /** What lies in a place, with modes, and content where two runs make the same. */
    private static Map<String, String> contents(Path place) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(place)) {
            // The database's driver unpacks its library once for all of this program's installations.
            for (Path each :
                    all.filter(path -> !path.endsWith(DriverLibrary.fileName())).toList()) {
                String name = place.relativize(each).toString();
                String mode =
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(each, LinkOption.NOFOLLOW_LINKS));
                boolean same = Files.isRegularFile(each)
                        && !name.matches(".*(ssh/|sistemo\\.db|daemon\\.lock|\\.ext4|versions\\.json|names\\.json).*");
                contents.merge(
                        name.replaceFirst("[0-9a-f]{64}", "DIGEST"),
                        same ? mode + " " + hash(each) : mode,
                        (one, other) -> one + " and " + other);
            }
        }
        return contents;
    }

    private static String hash(Path file) throws IOException {
        return InstallationAssets.sha256(file);
    }
}
