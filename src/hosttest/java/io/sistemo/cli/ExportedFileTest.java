package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that an export writes, on a filesystem with little room. */
@Tag("hosttest")
class ExportedFileTest {
    private static final int ROOM_KIB = 256;
    private final LinuxPrograms programs = new LinuxPrograms();

    @TempDir
    Path directory;

    @BeforeEach
    void mount() {
        programs.require(
                ProgramCall.of("mount", "-t", "tmpfs", "-o", "size=" + ROOM_KIB + "k", "tmpfs", directory.toString()));
    }

    @AfterEach
    void unmount() {
        programs.require(ProgramCall.of("umount", directory.toString()));
    }

    @Test
    void aDiskThatIsFullLeavesNothing() throws Exception {
        Path target = directory.resolve("data.raw");
        byte[] content = new byte[ExportedFile.BUFFER_BYTES];
        Arrays.fill(content, (byte) 7);
        try (ExportedFile file = ExportedFile.begin(target, content.length)) {
            assertThatThrownBy(() -> file.write(content, content.length))
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("data.raw cannot be written: No space left on device. Nothing was kept.");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void zeroesTakeNoRoom() throws Exception {
        Path target = directory.resolve("data.raw");
        byte[] content = new byte[ExportedFile.BUFFER_BYTES];
        content[content.length - 1] = 7;
        try (ExportedFile file = ExportedFile.begin(target, 2L * content.length)) {
            file.write(content, content.length);
            file.write(content, content.length);
            assertThat(target).doesNotExist();
            assertThat(file.finish()).hasSize(64);
        }
        assertThat(target).hasSize(2L * content.length);
        assertThat(Files.readAllBytes(target)).endsWith(7).startsWith(0);
    }
}
