package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One line says all that is missing and how to get it. */
class InstallationToolsTest {
    @TempDir
    Path directory;

    @Test
    void namesWhatIsMissingAndThePackagesOnce() throws IOException {
        for (String program :
                List.of("qemu-system-x86_64", "ip", "dnsmasq", "mkfs.ext4", "mmdebstrap", "setpriv", "xz", "zstd")) {
            program(program, "rwxr-xr-x");
        }
        program("nft", "rw-r--r--");

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> InstallationTools.require("/nowhere::" + directory))
                .withMessage("Missing programs: nft, nsenter, flock, prlimit, unshare, bash."
                        + " Install them with: apt install bash nftables util-linux");
    }

    @Test
    void anOldResolverIsRefused() {
        for (String good : List.of("2.88", "2.90", "3.1")) {
            assertThat(InstallationTools.requireResolverVersion("Dnsmasq version " + good + "  Copyright"))
                    .isEqualTo("dnsmasq " + good);
        }
        assertThat(InstallationTools.requireResolverVersion("Dnsmasq version 2.90test1"))
                .isEqualTo("dnsmasq 2.90");
        for (String bad : List.of("Dnsmasq version 2.87  Copyright", "Dnsmasq version 1.100", "", "another program")) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> InstallationTools.requireResolverVersion(bad))
                    .satisfies(refusal -> assertThat(refusal.sentence()).contains("dnsmasq"));
        }
    }

    @Test
    void isSilentWhenAllAreThere() throws IOException {
        for (String program : InstallationTools.missing("")) {
            program(program, "rwxr-xr-x");
        }

        assertThat(InstallationTools.missing(directory.toString())).isEmpty();
    }

    private void program(String name, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
