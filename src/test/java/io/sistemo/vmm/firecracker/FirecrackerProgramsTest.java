package io.sistemo.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.host.HostException;
import io.sistemo.host.LinuxPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirecrackerProgramsTest {
    private static final String FIRECRACKER = "#!/bin/sh\necho 'Firecracker v1.16.1'\n";
    private static final String JAILER = "#!/bin/sh\necho 'Jailer v1.16.1'\n";

    @TempDir
    Path directory;

    private Path program(String name, byte[] content) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Path program(String name, String content) throws IOException {
        return program(name, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static FirecrackerVmm.Programs require(Path firecracker, Path jailer) {
        return FirecrackerPrograms.require(new LinuxPrograms(), firecracker, jailer);
    }

    private void assertRefused(Path firecracker, Path jailer, String... words) {
        assertThatThrownBy(() -> require(firecracker, jailer))
                .isInstanceOf(HostException.class)
                .message()
                .hasLineCount(1)
                .contains(words)
                .doesNotContain("Exception", "null");
    }

    @Test
    void bothAreTakenWithoutLinks() throws IOException {
        Path real = program("firecracker-v1.16.1-x86_64", FIRECRACKER);
        Path link = Files.createSymbolicLink(directory.resolve("fc"), real);
        Path jailer = program("jailer", JAILER);
        assertThat(require(link, jailer))
                .isEqualTo(new FirecrackerVmm.Programs(
                        real.toRealPath(), jailer.toRealPath(), new FirecrackerVersion(1, 16, 1)));
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        Path good = program("firecracker", FIRECRACKER);
        Path jailer = program("jailer", JAILER);
        assertRefused(directory.resolve("no-such"), jailer, "no-such is not there", "firecracker_path");
        assertRefused(good, directory.resolve("no-such"), "no-such is not there", "jailer_path");
        assertRefused(directory, jailer, "is not there");
        Path plain = Files.writeString(directory.resolve("firecracker-plain"), FIRECRACKER);
        assertRefused(plain, jailer, "is not executable", "chmod +x");
        assertRefused(program("vmm", FIRECRACKER), jailer, "must have 'firecracker' in its name");
        Path old = program("firecracker-old", "#!/bin/sh\necho Firecracker v1.15.0\n");
        assertRefused(old, jailer, "is version 1.15.0", "1.15.1 or later");
        assertRefused(good, program("old", "#!/bin/sh\necho Jailer v1.10.0\n"), "is version 1.10.0");
        Path newer = program("newer", "#!/bin/sh\necho Jailer v1.17.0\n");
        assertRefused(good, newer, "is version 1.17.0", "one release");
        Path other = program("firecracker-other", "#!/bin/sh\necho QEMU emulator\n");
        assertRefused(other, jailer, "is not what it should be", "QEMU emulator");
        Path broken = program("firecracker-broken", "#!/bin/sh\necho it is broken >&2\nexit 3\n");
        assertRefused(broken, jailer, "exit code 3", "it is broken");
    }

    /** An ELF program of a processor that nobody has (EM_NONE). */
    @Test
    void oneOfAnotherProcessorDoesNotRun() throws IOException {
        byte[] elf = new byte[64];
        elf[0] = 0x7f;
        elf[1] = 'E';
        elf[2] = 'L';
        elf[3] = 'F';
        elf[4] = 2;
        elf[5] = 1;
        elf[6] = 1;
        elf[16] = 2;
        assertRefused(program("firecracker", elf), program("jailer", JAILER), "for another processor");
    }
}
