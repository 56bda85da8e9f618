package io.sistemo.store;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.sistemo.jsonb.GeneratedJsonComponent;
import java.util.function.ToIntFunction;

/**
 * How files are written and read that lie beside what rows describe, so that the rows can be made again. Each says which
 * version of its form it has; a form that this program does not know is not guessed at.
 *
 * @param <T> the record that such a file is
 */
public final class SidecarJson<T> {
    /** Made once: each builder adds to lists of the library's that are not safe for concurrent use. */
    private static final Jsonb JSONB =
            Jsonb.builder().add(new GeneratedJsonComponent()).build();

    private final JsonType<T> json;
    private final int version;
    private final ToIntFunction<T> versionOf;

    /**
     * One form.
     *
     * @param version the one that is written and read
     * @param versionOf reads it from a record
     */
    public SidecarJson(Class<T> type, int version, ToIntFunction<T> versionOf) {
        this.json = JSONB.type(type);
        this.version = version;
        this.versionOf = versionOf;
    }

    /** As JSON, in UTF-8. */
    public byte[] write(T sidecar) {
        return json.toJsonBytes(sidecar);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with a clause for the user, when it is damaged or has another version
     */
    public T read(byte[] content) {
        T sidecar;
        try {
            sidecar = json.fromJson(content);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("it is damaged", e);
        }
        if (versionOf.applyAsInt(sidecar) != version) {
            throw new IllegalArgumentException(
                    "it has version " + versionOf.applyAsInt(sidecar) + ", which this program does not know");
        }
        return sidecar;
    }
}
