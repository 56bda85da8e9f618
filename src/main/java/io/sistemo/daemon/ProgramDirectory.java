package io.sistemo.daemon;

import io.sistemo.store.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * {@code bin/} of a data directory: what this program unpacks to run it. The database driver's native library too, which
 * would else lie where every user may write, with one more copy for each program that was killed.
 */
final class ProgramDirectory {
    private static final String DRIVERS_DIRECTORY = "org.sqlite.tmpdir";
    private static final String DRIVERS_FILES = "sqlite-*";

    private ProgramDirectory() {}

    /** Makes it ready, before the first database is opened; only under the data directory's lock. */
    static Path prepare(DataDirectory directory) {
        Path bin = directory.root().resolve("bin");
        try {
            if (!Files.isDirectory(bin, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(
                        bin, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            try (DirectoryStream<Path> left = Files.newDirectoryStream(bin, DRIVERS_FILES)) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + bin, e);
        }
        System.setProperty(DRIVERS_DIRECTORY, bin.toString());
        return bin;
    }
}
