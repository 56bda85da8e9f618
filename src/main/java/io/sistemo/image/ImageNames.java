package io.sistemo.image;

import io.avaje.jsonb.Json;
import io.sistemo.store.SidecarJson;
import java.time.Instant;
import java.util.List;

/**
 * Which names lead to which images, as {@code images/names.json}: a copy of rows, for when the database is lost. It is
 * written after each change of them and at each start of the daemon.
 *
 * @param version of this form, 1
 * @param names every name
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageNames(int version, List<Name> names) {
    private static final int VERSION = 1;
    private static final SidecarJson<ImageNames> JSON =
            new SidecarJson<>(ImageNames.class, VERSION, ImageNames::version);

    /** Copies the list. */
    public ImageNames {
        names = List.copyOf(names);
    }

    /**
     * One name.
     *
     * @param name the tag
     * @param digest where it leads, {@code sha256:...}
     * @param source where the image came from: a reference, or a path
     * @param createdAtMillis when it came, in milliseconds since 1970
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Name(String name, String digest, String source, long createdAtMillis) {
        /** The row of this name. */
        public StoredImage toRow(ImageFile file) {
            return new StoredImage(
                    name,
                    digest,
                    file.sizeBytes(),
                    file.superblock().uuid().toString(),
                    source,
                    Instant.ofEpochMilli(createdAtMillis));
        }
    }

    /** The names of rows. */
    static ImageNames of(List<StoredImage> rows) {
        return new ImageNames(
                VERSION,
                rows.stream()
                        .map(row -> new Name(
                                row.name(),
                                row.digest(),
                                row.source(),
                                row.createdAt().toEpochMilli()))
                        .toList());
    }

    /** As JSON, in UTF-8. */
    byte[] toBytes() {
        return JSON.write(this);
    }

    /**
     * Reads the file's content.
     *
     * @throws IllegalArgumentException with a clause for the user, when it is damaged or a newer program's
     */
    public static ImageNames parse(byte[] content) {
        return JSON.read(content);
    }
}
