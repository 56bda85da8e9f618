package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import io.sistemo.host.Programs;
import io.sistemo.operation.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of releases, packed and unpacked by the real tar; what they say to {@code --version} is on paper. */
class FirecrackerArchiveTest {
    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    @TempDir
    Path directory;

    private final Programs real = new LinuxPrograms();
    private final Programs programs = this::run;
    private boolean ranSomething;

    @Test
    void takesTheTwoProgramsAndNotTheirSymbols() throws IOException {
        write("release-v1.16.1-x86_64/firecracker-v1.16.1-x86_64", X86_64, "Firecracker v1.16.1\n\nSupported: v6.0\n");
        write("release-v1.16.1-x86_64/firecracker-v1.16.1-x86_64.debug", X86_64, "symbols");
        write("release-v1.16.1-x86_64/jailer-v1.16.1-x86_64", X86_64, "Jailer v1.16.1\n");
        write("release-v1.16.1-x86_64/seccompiler-bin-v1.16.1-x86_64", X86_64, "");
        Path unpacked = Files.createDirectory(directory.resolve("unpacked"));

        assertThat(archive().unpack(pack(), unpacked)).isEqualTo("1.16.1");
        assertThat(unpacked.resolve("firecracker")).isExecutable();
        assertThat(unpacked.resolve("jailer")).isExecutable();
    }

    @Test
    void refusesAnArchiveOfSomethingElse() throws IOException {
        write("readme", X86_64, "");
        refused("has 0 files that could be 'firecracker'");
    }

    @Test
    void refusesALinkInPlaceOfAProgram() throws IOException {
        Path release = Files.createDirectories(directory.resolve("tree/release"));
        Files.createSymbolicLink(release.resolve("firecracker"), Path.of("jailer"));
        write("release/jailer", X86_64, "Jailer v1.16.1");
        refused("something else than a file");
        assertThat(ranSomething).isFalse();
    }

    @Test
    void refusesAnotherProcessor() throws IOException {
        write("release/firecracker", AARCH64, "Firecracker v1.16.1");
        write("release/jailer", AARCH64, "Jailer v1.16.1");
        refused("another processor");
        assertThat(ranSomething).isFalse();
    }

    @Test
    void refusesAnOldReleaseAndAMixture() throws IOException {
        write("release/firecracker", X86_64, "Firecracker v1.15.0");
        write("release/jailer", X86_64, "Jailer v1.15.0");
        refused("1.15.1 or later");
        write("release/firecracker", X86_64, "Firecracker v1.16.1");
        write("release/jailer", X86_64, "Jailer v1.16.0");
        refused("one release");
        write("release/firecracker", X86_64, "hello");
        refused("asked for its version it printed");
    }

    @Test
    void unpacksNothingWhoseChecksumIsAnother() throws IOException {
        write("release/firecracker", X86_64, "Firecracker v1.16.1");
        Path packed = pack();
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> archive()
                        .obtain(packed.toString(), "0".repeat(64), directory.resolve("obtained"), percent -> {}))
                .withMessageContaining(InstallationAssets.sha256(packed));
        assertThat(ranSomething).isFalse();
    }

    @Test
    void saysWhatCannotBeRead() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> archive()
                        .obtain("/nowhere/f.tgz", "0".repeat(64), directory.resolve("obtained"), percent -> {}))
                .withMessage("Firecracker cannot be had from /nowhere/f.tgz: no such file or directory.");
    }

    private FirecrackerArchive archive() {
        return new FirecrackerArchive(
                programs, HttpsDownload.usual(), new FirecrackerRelease("1.16.1", "x86_64", "0".repeat(64)));
    }

    private void refused(String why) throws IOException {
        Path unpacked = Files.createTempDirectory(directory, "unpacked");
        Path packed = pack();
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> archive().unpack(packed, unpacked))
                .withMessageContaining(why);
    }

    private void write(String name, int machine, String says) throws IOException {
        Path file = directory.resolve("tree").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, PaperRelease.program(machine, says));
    }

    private Path pack() {
        Path packed = directory.resolve("packed.tgz");
        real.require(ProgramCall.of(
                "tar",
                "-czf",
                packed.toString(),
                "-C",
                directory.resolve("tree").toString(),
                "."));
        return packed;
    }

    private ProgramResult run(ProgramCall call) {
        if (call.program().equals("tar")) {
            return real.run(call);
        }
        ranSomething = true;
        try {
            return PaperRelease.version(call);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
