package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may become a data directory, and what it looks like. */
class InstallationDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void makesItsParts() throws IOException {
        Path path = parent.resolve("data");

        InstallationDirectory.ensure(request(path));

        assertThat(mode(path)).isEqualTo("rwx--x--x");
        assertThat(mode(path.resolve("kernel"))).isEqualTo("rwx------");
        assertThat(mode(path.resolve("images"))).isEqualTo("rwx------");
        assertThat(mode(path.resolve("volumes"))).isEqualTo("rwx------");
        assertThat(path.resolve("vms")).isDirectory();
    }

    @Test
    void leavesAnExistingOneAsItIs() throws IOException {
        Path path = Files.createDirectory(parent.resolve("data"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(path.resolve("config.yml"), "port: 7777");

        InstallationDirectory.ensure(request(path));
        InstallationDirectory.ensure(request(path));

        assertThat(mode(path)).isEqualTo("rwxr-x---");
        assertThat(path.resolve("config.yml")).hasContent("port: 7777");
    }

    @Test
    void refusesWhatIsNotFit() throws IOException {
        Path real = Files.createDirectory(parent.resolve("real"));
        Path link = Files.createSymbolicLink(parent.resolve("link"), real);
        Path file = Files.createFile(parent.resolve("file"));
        Path open = Files.createDirectory(parent.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path foreign = Files.createDirectory(parent.resolve("home"));
        Files.createDirectory(foreign.resolve("Documents"));

        assertRefused(link, "symbolic link");
        assertRefused(file, "not a directory");
        assertRefused(open, "chmod o-w " + open);
        assertRefused(foreign, "other things");
        assertRefused(parent.resolve("no/such"), "there is no directory");
        assertThat(real).isEmptyDirectory();
    }

    @Test
    void handsTheKeyToTheOwner() throws IOException {
        Path path = parent.resolve("data");
        InstallationDirectory directory = InstallationDirectory.ensure(request(path));
        Path key = Files.createDirectory(path.resolve("ssh")).resolve("sistemo_key");
        Files.createFile(key);

        directory.handKeyToOwner();

        assertThat(Files.getAttribute(key, "unix:uid")).isEqualTo(Files.getAttribute(path, "unix:uid"));
    }

    @Test
    void readsTheCallerAndTheCacheFromTheEnvironment() {
        InstallationRequest request = InstallationRequest.of(
                Path.of("data"),
                "debian",
                new FirecrackerWish.None("not in this test"),
                Map.of("SUDO_UID", "1000", "SUDO_GID", "x", "SISTEMO_ASSET_CACHE", "/var/cache/sistemo"));

        assertThat(request.dataDirectory()).isAbsolute();
        assertThat(request.callingUser()).hasValue(1000);
        assertThat(request.callingGroup()).isEmpty();
        assertThat(request.cache()).contains(Path.of("/var/cache/sistemo"));
    }

    private static void assertRefused(Path path, String why) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> InstallationDirectory.ensure(request(path)))
                .withMessageContaining(path.toString())
                .withMessageContaining(why);
    }

    private static InstallationRequest request(Path path) {
        return InstallationRequest.of(path, "debian", new FirecrackerWish.None("not in this test"), Map.of());
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
