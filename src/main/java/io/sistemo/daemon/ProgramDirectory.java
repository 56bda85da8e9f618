package io.sistemo.daemon;

import io.sistemo.host.Files;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.DriverLibrary;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code bin/} of a data directory: what this program unpacks to run it. The database driver's native library too, which
 * would else lie where every user may write, with one more copy for each program that was killed.
 */
final class ProgramDirectory {
    private static final int MODE = 0700;
    private static final long ROOT = 0;

    private ProgramDirectory() {}

    /**
     * Makes it ready, before the first database is opened; only under the data directory's lock. Writes only what is not there
     * as it should be: a daemon must start on a full disk too.
     *
     * @throws io.sistemo.host.HostException when it cannot be made
     */
    static Path prepare(DataDirectory directory, Files files) {
        Path bin = directory.programs();
        files.ensureDirectory(bin, MODE, ROOT);
        DriverLibrary.content().ifPresent(library -> {
            Path file = bin.resolve(DriverLibrary.fileName());
            if (files.read(file)
                    .filter(present -> Arrays.equals(present, library))
                    .isEmpty()) {
                files.writeAtomically(file, library, MODE, ROOT);
            }
            DriverLibrary.loadFrom(bin);
        });
        return bin;
    }
}
