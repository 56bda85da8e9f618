package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Standard output: data and nothing else. Unlike PrintStream it says when nobody reads any more. */
final class Output {
    private final OutputStream out;

    Output(OutputStream out) {
        this.out = new BufferedOutputStream(out, 8 * 1024);
    }

    /** Nobody reads our output any more; the program ends without a word. */
    static final class Closed extends IOException {
        private static final long serialVersionUID = 1;

        Closed(IOException cause) {
            super("nobody reads standard output any more", cause);
        }
    }

    /** Writes a line in UTF-8. */
    void line(String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(UTF_8);
        write(bytes, 0, bytes.length);
    }

    /** Writes bytes as they are. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /** Hands on what was written. */
    void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw explained(e);
        }
    }

    private static IOException explained(IOException e) {
        // The JDK has no type for EPIPE; its text is the C library's in every locale that Java runs in.
        if ("Broken pipe".equals(e.getMessage())) {
            return new Closed(e);
        }
        return new IOException("cannot write to standard output: " + e.getMessage(), e);
    }
}
