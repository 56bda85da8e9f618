package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room is taken from the filesystem, and nobody who reads the file sees it. */
class RoomAheadTest {
    private static final long SIZE = 1L << 20;

    @TempDir
    Path directory;

    @Test
    void theBlocksAreTakenAndTheFileStaysAsItWas() throws IOException {
        Path file = Files.writeString(directory.resolve("log"), "kept");
        for (int i = 0; i < 2; i++) {
            RoomAhead.reserve(file, SIZE);
            DiskFacts facts = new LinuxDisks().find(file).orElseThrow();
            assertThat(facts.allocatedBytes()).isGreaterThanOrEqualTo(SIZE);
            assertThat(facts.sizeBytes()).isEqualTo(4);
            assertThat(Files.readString(file)).isEqualTo("kept");
        }
    }

    @Test
    void aMissingFileIsSaid() {
        assertThatThrownBy(() -> RoomAhead.reserve(directory.resolve("none"), SIZE))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("no such file");
    }
}
