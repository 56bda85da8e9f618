package io.sistemo.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/** Disks on their way to and from somebody else, who may stop at any moment. */
final class Transfers {
    private static final int BUFFER_BYTES = 1 << 20;

    private Transfers() {}

    /** See {@link Disks#send}. */
    static void send(Path disk, OutputStream sink, CopyWatch watch) {
        try (OpenFile open = OpenFile.open(disk, OpenFlags.READ_ONLY)) {
            long sizeBytes = open.requireRegular().sizeBytes();
            long sent = 0;
            while (sent < sizeBytes) {
                if (watch.cancelled()) {
                    throw new CancellationException();
                }
                byte[] content = open.read((int) Math.min(BUFFER_BYTES, sizeBytes - sent));
                if (content.length == 0) {
                    throw new HostException(disk + " became shorter while it was sent");
                }
                write(sink, content, sent, sizeBytes);
                sent += content.length;
                watch.copied(sent, sizeBytes);
            }
        }
    }

    private static void write(OutputStream sink, byte[] content, long sent, long sizeBytes) {
        try {
            sink.write(content);
        } catch (IOException | RuntimeException e) {
            // What a server's stream throws when its client went away is the server's own.
            throw new TransferCut("it was cut off after " + sent + " of " + sizeBytes + " bytes", e);
        }
    }

    /** So many bytes of a stream, or fewer when it ends before. */
    static int read(InputStream content, byte[] bytes, int wanted) {
        try {
            return content.readNBytes(bytes, 0, wanted);
        } catch (IOException | RuntimeException e) {
            throw new TransferCut("it was cut off", e);
        }
    }
}
