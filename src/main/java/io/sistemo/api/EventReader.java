package io.sistemo.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads server-sent events (WHATWG HTML, section 9.2) one by one. */
final class EventReader {
    private static final int MAX_EVENT_BYTES = 1024 * 1024;

    private final InputStream in;

    EventReader(InputStream in) {
        this.in = in;
    }

    /**
     * One event.
     *
     * @param name {@code message} when the server gave none
     * @param data its lines, joined by line feeds
     */
    record Event(String name, String data) {}

    /** Waits for the next event; empty when the stream has ended. An event that was cut off is not told. */
    Optional<Event> next() throws IOException {
        String name = "message";
        StringBuilder data = new StringBuilder();
        while (true) {
            Optional<String> line = readLine();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            String text = line.get();
            if (text.isEmpty()) {
                if (data.length() > 0) {
                    data.setLength(data.length() - 1);
                    return Optional.of(new Event(name, data.toString()));
                }
                name = "message";
            } else if (text.startsWith("event:")) {
                name = value(text, "event:");
            } else if (text.startsWith("data:")) {
                data.append(value(text, "data:")).append('\n');
                if (data.length() > MAX_EVENT_BYTES) {
                    throw new IOException("The daemon sent an event of more than " + MAX_EVENT_BYTES + " bytes.");
                }
            }
        }
    }

    private static String value(String line, String field) {
        String value = line.substring(field.length());
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    private Optional<String> readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (true) {
            int b = in.read();
            if (b < 0) {
                return Optional.empty();
            }
            if (b == '\n') {
                String text = line.toString(UTF_8);
                return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
            }
            line.write(b);
            if (line.size() > MAX_EVENT_BYTES) {
                throw new IOException("The daemon sent an event of more than " + MAX_EVENT_BYTES + " bytes.");
            }
        }
    }
}
