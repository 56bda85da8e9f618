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
        insert(connection, made);
        return made;
    }

    /** Gives a database that has no id yet the one that the installation had before. */
    public static void insert(Connection connection, InstallationId id) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO installation (id, created_at) VALUES (?, ?)",
                id.value(),
                System.currentTimeMillis());
    }
}
