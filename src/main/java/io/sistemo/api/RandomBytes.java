package io.sistemo.api;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;

/**
 * Bytes that nobody can foresee, from the kernel (random(4)). The JDK's own generator reads them there too, but sets up its
 * security providers first, which costs a command more than its connection to the daemon.
 */
final class RandomBytes {
    private static final String SOURCE = "/dev/urandom";

    private RandomBytes() {}

    /** So many fresh bytes. */
    static byte[] next(int count) throws IOException {
        byte[] bytes = new byte[count];
        try (DataInputStream source = new DataInputStream(new FileInputStream(SOURCE))) {
            source.readFully(bytes);
        }
        return bytes;
    }
}
