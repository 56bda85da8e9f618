package io.sistemo.api;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import io.sistemo.jsonb.GeneratedJsonComponent;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * The records of this package to and from JSON. Fields without a value are written as null. Immutable and safe for every
 * thread; make one at start.
 */
public final class ApiJson {
    private static final int MAX_DEPTH = 64;

    private final Jsonb jsonb;

    private ApiJson(Jsonb jsonb) {
        this.jsonb = jsonb;
    }

    /** For what clients send: a field that the record does not have is an error, and so is null for a plain number. */
    public static ApiJson strict() {
        return new ApiJson(
                builder().failOnUnknown(true).failOnNullPrimitives(true).build());
    }

    /** For what the daemon answers: a client bears the fields of a newer daemon. */
    public static ApiJson lenient() {
        return new ApiJson(builder().build());
    }

    /**
     * The library looks for lists of adapters in every jar of the class path, and opening forty jars costs more than all the
     * rest of a command. Ours are named here instead. It looks where the thread's context class loader does.
     */
    private static Jsonb.Builder builder() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new FindsNoLists(ApiJson.class.getClassLoader()));
        try {
            return Jsonb.builder().serializeNulls(true).add(new GeneratedJsonComponent());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Finds classes as usual, and no resources. */
    private static final class FindsNoLists extends ClassLoader {
        FindsNoLists(ClassLoader parent) {
            super(parent);
        }

        @Override
        public @Nullable URL getResource(String name) {
            return null;
        }

        @Override
        public Enumeration<URL> getResources(String name) {
            return Collections.emptyEnumeration();
        }
    }

    /** The record as JSON. */
    public String write(Object record) {
        return jsonb.toJson(record);
    }

    /** The record as JSON in UTF-8. */
    public byte[] writeBytes(Object record) {
        return jsonb.toJsonBytes(record);
    }

    /** The record as JSON with line breaks, for people. */
    public String writePretty(Object record) {
        return jsonb.toJsonPretty(record);
    }

    /**
     * Reads a record.
     *
     * @throws MalformedJsonException when it is not JSON or not such a record
     */
    public <T> T read(Class<T> type, byte[] json) throws MalformedJsonException {
        requireOneObject(type, json);
        T value;
        try {
            value = jsonb.type(type).fromJson(json);
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
