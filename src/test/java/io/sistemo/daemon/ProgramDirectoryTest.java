package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.LinuxFiles;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.DriverLibrary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody else may write where libraries are unpacked, and a start that finds them needs no room. */
class ProgramDirectoryTest {
    @TempDir
    Path directory;

    /** Other tests in this JVM must not look in a directory that is gone. */
    @AfterEach
    void forget() {
        System.clearProperty("org.sqlite.lib.path");
    }

    @Test
    void holdsTheDriversLibraryForUsAlone() throws Exception {
        Path bin = ProgramDirectory.prepare(new DataDirectory(directory), new LinuxFiles());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bin)))
                .isEqualTo("rwx------");
        assertThat(System.getProperty("org.sqlite.lib.path")).isEqualTo(bin.toString());
        assertThat(bin.resolve("libsqlitejdbc.so"))
                .hasBinaryContent(DriverLibrary.content().orElseThrow());
    }

    @Test
    void writesTheLibraryOnlyWhenItIsNotAsItShouldBe() throws Exception {
        Path bin = ProgramDirectory.prepare(new DataDirectory(directory), new LinuxFiles());
        Path library = bin.resolve("libsqlitejdbc.so");
        Object first = Files.getAttribute(library, "unix:ino");
        ProgramDirectory.prepare(new DataDirectory(directory), new LinuxFiles());
        assertThat(Files.getAttribute(library, "unix:ino")).isEqualTo(first);
        Files.writeString(library, "torn");
        ProgramDirectory.prepare(new DataDirectory(directory), new LinuxFiles());
        assertThat(library).hasBinaryContent(DriverLibrary.content().orElseThrow());
    }

    @Test
    void theDriverLoadsThatFile() throws Exception {
        Path bin = ProgramDirectory.prepare(new DataDirectory(directory), new LinuxFiles());
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.sqlite.lib.path=" + bin,
                        // Where the driver could unpack nothing.
                        "-Djava.io.tmpdir=/proc/nowhere",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpensADatabase.class.getName(),
                        directory.resolve("database").toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith("opened");
        assertThat(program.waitFor()).isZero();
    }

    /** The program of {@link #theDriverLoadsThatFile}: a JVM loads the driver's library once. */
    static final class OpensADatabase {
        private OpensADatabase() {}

        public static void main(String[] arguments) {
            Database.open(Path.of(arguments[0])).close();
            System.out.print("opened");
        }
    }
}
