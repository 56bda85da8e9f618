package io.sistemo.api;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/** The body of an answer: of a given length, in chunks, or up to the end of the connection (RFC 9112 section 6.3). */
final class HttpBody extends InputStream {
    private static final long UNTIL_CLOSE = -1;

    private final InputStream in;
    private final boolean chunked;
    private long left;
    private boolean ended;

    private HttpBody(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
        this.ended = !chunked && left == 0;
    }

    static HttpBody of(HttpHead head, InputStream in) throws IOException {
        Optional<String> encoding = head.find("transfer-encoding");
        if (encoding.isPresent()) {
            if (!encoding.get().toLowerCase(Locale.ROOT).equals("chunked")) {
                throw new IOException("The answer has the unknown transfer encoding " + encoding.get() + ".");
            }
            return new HttpBody(in, true, 0);
        }
        if (head.status() == 204 || head.status() == 304) {
            return new HttpBody(in, false, 0);
        }
        Optional<String> length = head.find("content-length");
        return new HttpBody(in, false, length.isPresent() ? parseLength(length.get(), 10) : UNTIL_CLOSE);
    }

    private static long parseLength(String text, int radix) throws IOException {
        try {
            long length = Long.parseLong(text, radix);
            if (length >= 0 && text.charAt(0) != '+') {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IOException("The answer is not HTTP: \"" + text + "\" is no length.", e);
        }
        throw new IOException("The answer is not HTTP: \"" + text + "\" is no length.");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ended && chunked && left == 0) {
            beginChunk();
        }
        if (ended) {
            return -1;
        }
        int wanted = left == UNTIL_CLOSE ? length : (int) Math.min(length, left);
        int count = in.read(buffer, offset, wanted);
        if (count < 0) {
            if (left != UNTIL_CLOSE) {
                throw new EOFException("The daemon closed the connection in the middle of its answer.");
            }
            ended = true;
            return -1;
        }
        if (left != UNTIL_CLOSE) {
            left -= count;
            if (left == 0 && chunked) {
                HttpHead.readLine(in);
            } else if (left == 0) {
                ended = true;
            }
        }
        return count;
    }

    private void beginChunk() throws IOException {
        String line = HttpHead.readLine(in);
        int semicolon = line.indexOf(';');
        left = parseLength((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
        if (left == 0) {
            while (!HttpHead.readLine(in).isEmpty()) {
                // Trailers mean nothing to us.
            }
            ended = true;
        }
    }

    /** All of it, refused when it is larger than the bound. */
    byte[] readBounded(int maxBytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(1024);
        byte[] buffer = new byte[8 * 1024];
        for (int count = read(buffer, 0, buffer.length); count >= 0; count = read(buffer, 0, buffer.length)) {
            if (all.size() + count > maxBytes) {
                throw new IOException("The daemon's answer is larger than " + maxBytes + " bytes.");
            }
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }
}
