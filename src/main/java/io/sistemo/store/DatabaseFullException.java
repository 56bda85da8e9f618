package io.sistemo.store;

import java.nio.file.Path;

/** There is no room for the database on its disk; nothing of the transaction was kept. */
public final class DatabaseFullException extends StoreException {
    private static final long serialVersionUID = 1;
    private static final long MEBIBYTE = 1L << 20;

    DatabaseFullException(Path file, Throwable cause) {
        super(
                "there is no room for the database: only "
                        + file.toFile().getUsableSpace() / MEBIBYTE
                        + " MiB are free where the data directory is",
                cause);
    }
}
