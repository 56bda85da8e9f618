package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import io.sistemo.operation.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How mmdebstrap is called, and what is made of its answers. */
class DistributionArchiveTest {
    private static final ArchiveAccess ACCESS = new ArchiveAccess(
            "trixie",
            DebianSources.official("trixie"),
            Path.of("/keys.gpg"),
            List.of("Acquire::http::Proxy \"http://proxy:1\";"));

    @TempDir
    Path directory;

    @Test
    void unpacksAndTellsTheVersions() throws IOException {
        Path cache = Files.createDirectories(directory.resolve("tree/var/cache/apt/archives"));
        Files.createFile(cache.resolve("busybox-static_1%3a1.37.0-6_amd64.deb"));
        Files.createFile(cache.resolve("dropbear-bin_2025.88-2_amd64.deb"));
        List<ProgramCall> calls = new ArrayList<>();
        DistributionArchive archive = new DistributionArchive(
                call -> {
                    calls.add(call);
                    return new ProgramResult(0, "", "");
                },
                ACCESS);

        assertThat(archive.extract(List.of("busybox-static", "dropbear-bin"), directory.resolve("tree"), step -> {}))
                .isEqualTo(Map.of("busybox-static", "1:1.37.0-6", "dropbear-bin", "2025.88-2"));

        assertThat(calls.getFirst().command())
                .startsWith("mmdebstrap", "--variant=extract")
                .contains("--include=busybox-static,dropbear-bin", "--aptopt=Acquire::http::Proxy \"http://proxy:1\";")
                .endsWith("trixie", directory.resolve("tree").toString(), "-");
        assertThat(calls.getFirst().input()).contains("Signed-By: /keys.gpg");
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void passesOnWhatIsBeingDone() {
        List<Progress> told = new ArrayList<>();
        DistributionArchive archive = new DistributionArchive(
                call -> {
                    call.onErrorLine().accept("I: running apt-get update...");
                    call.onErrorLine().accept("I: something else");
                    call.onErrorLine().accept("I: downloading packages with apt...");
                    return new ProgramResult(0, "", "");
                },
                ACCESS);

        archive.buildRoot(List.of("x"), directory, List.of(), told::add);

        assertThat(told)
                .extracting(Progress::phase)
                .containsExactly("reading the archive's lists", "downloading packages");
    }

    @Test
    void namesTheOneThingThatCouldNotBeFetched() {
        String errors = """
                I: running apt-get update...
                Err:1 http://deb.debian.org/debian trixie InRelease
                  Could not resolve 'deb.debian.org'
                E: Failed to fetch http://deb.debian.org/debian/dists/trixie/InRelease  Could not resolve 'deb.debian.org'
                E: Some index files failed to download. They have been ignored, or old ones used instead.
                E: mmdebstrap failed to run
                """;

        assertRefusal(
                new ProgramResult(25, "", errors),
                "Cannot get Debian trixie's packages: Failed to fetch"
                        + " http://deb.debian.org/debian/dists/trixie/InRelease Could not resolve 'deb.debian.org'."
                        + " Check the network and apt's sources, then try again.");
    }

    @Test
    void saysSoWhenNothingWasSaid() {
        assertRefusal(
                new ProgramResult(7, "", ""),
                "Cannot get Debian trixie's packages: mmdebstrap ended with exit code 7."
                        + " Check the network and apt's sources, then try again.");
    }

    @Test
    void aProgramThatCannotRunIsARefusalToo() {
        DistributionArchive archive = new DistributionArchive(
                call -> {
                    throw new HostException("mmdebstrap did not end within 1800 s and was killed");
                },
                ACCESS);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> archive.buildRoot(List.of("x"), directory, List.of(), step -> {}))
                .withMessageContaining("did not end within 1800 s");
    }

    private void assertRefusal(ProgramResult result, String sentence) {
        DistributionArchive archive = new DistributionArchive(call -> result, ACCESS);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> archive.extract(List.of("x"), directory, step -> {}))
                .withMessage(sentence);
    }
}
