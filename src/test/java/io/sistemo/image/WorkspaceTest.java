package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A place for trees that others cannot enter and that does not stay. */
class WorkspaceTest {
    @TempDir
    Path directory;

    @Test
    void isClosedToOthersAndGoneAfterwards() throws IOException {
        Path place = directory.resolve("build");
        try (Workspace workspace = Workspace.open(place)) {
            Files.createDirectories(workspace.path("tree/etc"));
            Files.createSymbolicLink(workspace.path("link"), directory);
            assertThat(Files.getPosixFilePermissions(place))
                    .doesNotContain(
                            PosixFilePermission.OTHERS_EXECUTE,
                            PosixFilePermission.OTHERS_READ,
                            PosixFilePermission.GROUP_READ,
                            PosixFilePermission.GROUP_WRITE);
        }
        assertThat(place).doesNotExist();
        assertThat(directory).exists();
    }

    @Test
    void clearsWhatACrashLeft() throws IOException {
        Path place = directory.resolve("build");
        Files.createDirectories(place.resolve("half/a/b"));

        try (Workspace workspace = Workspace.open(place)) {
            assertThat(workspace.path("half")).doesNotExist();
        }
    }
}
