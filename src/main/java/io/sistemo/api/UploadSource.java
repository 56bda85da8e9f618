package io.sistemo.api;

import java.io.IOException;

/** A file on its way to the daemon. */
@FunctionalInterface
public interface UploadSource {
    /**
     * Fills a buffer.
     *
     * @return how much of it, at least 1
     * @throws IOException when there is no more, or it cannot be read; that ends the request
     */
    int read(byte[] buffer) throws IOException;
}
