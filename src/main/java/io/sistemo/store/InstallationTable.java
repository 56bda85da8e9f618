package io.sistemo.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The one row that names this installation. */
public final class InstallationTable {
    private InstallationTable() {}

    /** The installation's id, made at the first call. */
    public static InstallationId requireId(Connection connection) throws SQLException {
        Optional<InstallationId> known =
                Rows.first(connection, row -> new InstallationId(row.getString(1)), "SELECT id FROM installation");
        if (known.isPresent()) {
            return known.get();
        }
        InstallationId made = InstallationId.random();
        Rows.change(
                connection,
                "INSERT INTO installation (id, created_at) VALUES (?, ?)",
                made.value(),
                System.currentTimeMillis());
        return made;
    }
}
