package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.store.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody else may write where libraries are unpacked, and killed programs leave no heap of copies. */
class ProgramDirectoryTest {
    @TempDir
    Path directory;

    /** Other tests in this JVM must not unpack into a directory that is gone. */
    @AfterEach
    void forget() {
        System.clearProperty("org.sqlite.tmpdir");
    }

    @Test
    void isOursAloneAndHoldsNoCopiesOfTheDead() throws Exception {
        Path bin = ProgramDirectory.prepare(new DataDirectory(directory));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bin)))
                .isEqualTo("rwx------");
        assertThat(System.getProperty("org.sqlite.tmpdir")).isEqualTo(bin.toString());
        Path program = Files.writeString(bin.resolve("launch-vmm"), "kept");
        Path library = Files.writeString(bin.resolve("sqlite-3.1-x-libsqlitejdbc.so"), "old");
        Path lock = Files.writeString(bin.resolve("sqlite-3.1-x-libsqlitejdbc.so.lck"), "");
        ProgramDirectory.prepare(new DataDirectory(directory));
        assertThat(program).hasContent("kept");
        assertThat(library).doesNotExist();
        assertThat(lock).doesNotExist();
    }
}
