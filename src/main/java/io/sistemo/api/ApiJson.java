package io.sistemo.api;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonException;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.json.stream.BufferRecycleStrategy;
import io.avaje.json.stream.BufferedJsonWriter;
import io.avaje.json.stream.BytesJsonWriter;
import io.avaje.json.stream.JsonStream;

/**
 * The records of this package to and from JSON. Fields without a value are written as null. Immutable and safe for every
 * thread; make one at start.
 */
public final class ApiJson {
    private static final int MAX_DEPTH = 64;

    private final JsonStream stream;
    private final RecordAdapters adapters;

    private ApiJson(JsonStream stream) {
        this.stream = stream;
        this.adapters = new RecordAdapters(stream);
    }

    /** For what clients send: a field that the record does not have is an error, and so is null for a plain number. */
    public static ApiJson strict() {
        return new ApiJson(JsonStream.builder()
                .serializeNulls(true)
                .serializeEmpty(true)
                .failOnUnknown(true)
                .failOnNullPrimitives(true)
                .build());
    }

    /** For what the daemon answers: a client bears the fields of a newer daemon. */
    public static ApiJson lenient() {
        // A command reads a few answers and is over: a pool of buffers would cost it more than the buffers.
        return new ApiJson(JsonStream.builder()
                .serializeNulls(true)
                .serializeEmpty(true)
                .bufferRecycling(BufferRecycleStrategy.NO_RECYCLING)
                .build());
    }

    /** The record as JSON. */
    public String write(Object record) {
        try (BufferedJsonWriter writer = stream.bufferedWriter()) {
            write(writer, record);
            return writer.result();
        }
    }

    /** The record as JSON in UTF-8. */
    public byte[] writeBytes(Object record) {
        try (BytesJsonWriter writer = stream.bufferedWriterAsBytes()) {
            write(writer, record);
            return writer.result();
        }
    }

    /** The record as JSON with line breaks, for people. */
    public String writePretty(Object record) {
        try (BufferedJsonWriter writer = stream.bufferedWriter()) {
            writer.pretty(true);
            write(writer, record);
            return writer.result();
        }
    }

    @SuppressWarnings("unchecked") // the adapter is that of the record's own class
    private void write(JsonWriter writer, Object record) {
        ((JsonAdapter<Object>) adapters.adapter(record.getClass())).toJson(writer, record);
    }

    /**
     * Reads a record.
     *
     * @throws MalformedJsonException when it is not JSON or not such a record
     */
    public <T> T read(Class<T> type, byte[] json) throws MalformedJsonException {
        requireOneObject(type, json);
        T value;
        try (JsonReader reader = stream.reader(json)) {
            value = adapters.adapter(type).fromJson(reader);
        } catch (JsonException | IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw new MalformedJsonException(type.getSimpleName(), e);
        }
        if (value == null) {
            throw new MalformedJsonException(type.getSimpleName(), "null");
        }
        return value;
    }

    /** The parser stops at the end of the value; what follows, and absurd nesting, are refused here. */
    private static void requireOneObject(Class<?> type, byte[] json) throws MalformedJsonException {
        int depth = 0;
        boolean text = false;
        boolean over = false;
        for (int i = 0; i < json.length; i++) {
            byte c = json[i];
            if (text) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    text = false;
                }
            } else if (over && !isSpace(c)) {
                throw new MalformedJsonException(type.getSimpleName(), "something follows its end");
            } else if (c == '"') {
                text = true;
            } else if (c == '{' || c == '[') {
                if (++depth > MAX_DEPTH) {
                    throw new MalformedJsonException(type.getSimpleName(), "nested too deeply");
                }
            } else if (c == '}' || c == ']') {
                over = --depth <= 0;
            }
        }
        if (!over) {
            throw new MalformedJsonException(type.getSimpleName(), "not a whole object");
        }
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
