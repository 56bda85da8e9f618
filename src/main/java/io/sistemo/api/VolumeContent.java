package io.sistemo.api;

import java.io.IOException;
import java.io.InputStream;

/** All that is on a volume, as it comes. To be closed; closing early ends the export. For one thread. */
public final class VolumeContent implements AutoCloseable {
    private final HttpConnection connection;
    private final InputStream stream;
    private final long sizeBytes;

    VolumeContent(HttpConnection connection, InputStream stream, long sizeBytes) {
        this.connection = connection;
        this.stream = stream;
        this.sizeBytes = sizeBytes;
    }

    static IOException unknownLength() {
        return new IOException("What answers is not the daemon: it does not say how large the volume is.");
    }

    /** How much there is. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * So many bytes, or fewer at the end.
     *
     * @throws java.io.EOFException when the daemon ended the connection before all of it had come
     */
    public int read(byte[] buffer) throws IOException {
        return stream.readNBytes(buffer, 0, buffer.length);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
