package io.sistemo.image;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Who uses images: machines, which this package does not know. */
public interface ImageUse {
    /** The names of machines that were deployed from an image. */
    List<String> machines(Connection connection, String digest) throws SQLException;

    /** The names of machines that are being cloned from an image right now. */
    List<String> deploying(Connection connection, String digest) throws SQLException;
}
