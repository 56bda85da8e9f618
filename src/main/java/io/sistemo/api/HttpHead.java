package io.sistemo.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The status line and the headers of an answer.
 *
 * @param status 100 to 599
 * @param headers names in lower case; of a repeated header the last
 */
record HttpHead(int status, Map<String, String> headers) {
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADERS = 100;

    /** Reads a head; answers of the 1xx kind before the real one are passed over, but not 101. */
    static HttpHead read(InputStream in) throws IOException {
        while (true) {
            HttpHead head = readOne(in);
            if (head.status >= 200 || head.status == 101) {
                return head;
            }
        }
    }

    /** Reads a head of any kind, also one that only says that the body is awaited. */
    static HttpHead readOne(InputStream in) throws IOException {
        String line = readLine(in);
        int status = parseStatus(line);
        Map<String, String> headers = new HashMap<>();
        for (int count = 0; ; count++) {
            String header = readLine(in);
            if (header.isEmpty()) {
                return new HttpHead(status, headers);
            }
            int colon = header.indexOf(':');
            if (colon <= 0 || count == MAX_HEADERS) {
                throw new IOException("The answer is not HTTP: a malformed or endless head.");
            }
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
    }

    private static int parseStatus(String line) throws IOException {
        if (line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ') {
            try {
                int status = Integer.parseInt(line.substring(9, 12));
                if (status >= 100 && status <= 599) {
                    return status;
                }
            } catch (NumberFormatException e) {
                throw new IOException("The answer is not HTTP/1.1.", e);
            }
        }
        throw new IOException("The answer is not HTTP/1.1.");
    }

    /**
     * Reads up to a line feed, without it and a carriage return before it. Bytes are taken as ISO 8859-1.
     *
     * @throws EOFException when the peer closed first
     */
    static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("The daemon closed the connection in the middle of its answer.");
            }
            if (b == '\n') {
                int last = line.length() - 1;
                if (last >= 0 && line.charAt(last) == '\r') {
                    line.setLength(last);
                }
                return line.toString();
            }
            if (line.length() == MAX_LINE_BYTES) {
                throw new IOException("The answer is not HTTP: a line is longer than " + MAX_LINE_BYTES + " bytes.");
            }
            line.append((char) b);
        }
    }

    /** The value of a header, by its name in lower case. */
    Optional<String> find(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
