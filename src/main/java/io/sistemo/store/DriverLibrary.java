package io.sistemo.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The native library inside the SQLite driver. The driver would unpack it anew for each process that opens a database, which
 * needs room at every start; it takes a file that lies ready instead.
 */
public final class DriverLibrary {
    /** See the driver's documentation of {@code org.sqlite.lib.path}. */
    private static final String DIRECTORY_PROPERTY = "org.sqlite.lib.path";

    private DriverLibrary() {}

    /** The name under which the driver looks for it. */
    public static String fileName() {
        return LibraryLoaderUtil.getNativeLibName();
    }

    /** What the file must hold; empty when the driver has none for this processor. */
    public static Optional<byte[]> content() {
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + fileName();
        try (InputStream library = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            return library == null ? Optional.empty() : Optional.of(library.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the database driver's library", e);
        }
    }

    /** Lets the driver load it from a directory; has an effect only before the first database is opened. */
    public static void loadFrom(Path directory) {
        System.setProperty(DIRECTORY_PROPERTY, directory.toString());
    }
}
