package io.sistemo.image;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rows of images and of their names. */
public final class ImageTable {
    private static final String COLUMNS =
            "SELECT name, digest, size_bytes, filesystem_uuid, source, created_at FROM image_tag"
                    + " JOIN image USING (digest) ";

    private ImageTable() {}

    /** Adds an image under a name; a name that was another image's moves to this one. */
    public static void insert(Connection connection, StoredImage image) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO image (digest, size_bytes, filesystem_uuid, created_at) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (digest) DO NOTHING",
                image.digest(),
                image.sizeBytes(),
                image.filesystemUuid(),
                image.createdAt().toEpochMilli());
        Rows.change(
                connection,
                "INSERT INTO image_tag (name, digest, source) VALUES (?, ?, ?) ON CONFLICT (name)"
                        + " DO UPDATE SET digest = excluded.digest, source = excluded.source",
                image.name(),
                image.digest(),
                image.source());
    }

    /** The image with a name, or with a digest. */
    public static Optional<StoredImage> find(Connection connection, String nameOrDigest) throws SQLException {
        return Rows.first(
                connection,
                ImageTable::read,
                COLUMNS + "WHERE name = ?1 OR digest = ?1 ORDER BY name = ?1 DESC, name LIMIT 1",
                nameOrDigest);
    }

    /** All names with their images, by name. */
    public static List<StoredImage> all(Connection connection) throws SQLException {
        return Rows.all(connection, ImageTable::read, COLUMNS + "ORDER BY name");
    }

    /** Removes a name. */
    public static void deleteName(Connection connection, String name) throws SQLException {
        Rows.change(connection, "DELETE FROM image_tag WHERE name = ?", name);
    }

    /** Digests that have no name any more. */
    public static List<String> nameless(Connection connection) throws SQLException {
        return Rows.all(
                connection,
                row -> row.getString(1),
                "SELECT digest FROM image WHERE digest NOT IN (SELECT digest FROM image_tag)");
    }

    /** Removes a nameless image's row. */
    public static void delete(Connection connection, String digest) throws SQLException {
        Rows.change(connection, "DELETE FROM image WHERE digest = ?", digest);
    }

    private static StoredImage read(ResultSet row) throws SQLException {
        return new StoredImage(
                row.getString("name"),
                row.getString("digest"),
                row.getLong("size_bytes"),
                row.getString("filesystem_uuid"),
                row.getString("source"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
