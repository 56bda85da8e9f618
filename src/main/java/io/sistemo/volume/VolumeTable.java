package io.sistemo.volume;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows of volumes. */
public final class VolumeTable {
    private static final String COLUMNS =
            "SELECT id, name, role, size_mib, machine_id, image_digest, filesystem_uuid, doomed FROM volume ";

    private VolumeTable() {}

    /** Adds a volume. */
    public static void insert(Connection connection, Volume volume) throws SQLException {
        long now = System.currentTimeMillis();
        Rows.change(
                connection,
                "INSERT INTO volume (id, name, role, size_mib, machine_id, image_digest, filesystem_uuid, doomed,"
                        + " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                volume.id().toString(),
                volume.name(),
                volume.role().name().toLowerCase(Locale.ROOT),
                volume.sizeMib(),
                volume.machineId().map(UUID::toString).orElse(null),
                volume.imageDigest().orElse(null),
                volume.filesystemUuid(),
                volume.doomed() ? 1 : 0,
                now,
                now);
    }

    /** Detaches every volume of a machine but the doomed. */
    public static void detachAll(Connection connection, UUID machineId) throws SQLException {
        Rows.change(
                connection,
                "UPDATE volume SET machine_id = NULL, changed_at = ? WHERE machine_id = ? AND doomed = 0",
                System.currentTimeMillis(),
                machineId.toString());
    }

    /** Commits that a machine's root volume may be removed, with all that was written to it. */
    public static void doomRoot(Connection connection, UUID machineId) throws SQLException {
        Rows.change(
                connection,
                "UPDATE volume SET doomed = 1, changed_at = ? WHERE machine_id = ? AND role = 'root'",
                System.currentTimeMillis(),
                machineId.toString());
    }

    /** Removes the rows of a machine's doomed volumes, whose files are gone. */
    public static void deleteDoomed(Connection connection, UUID machineId) throws SQLException {
        Rows.change(connection, "DELETE FROM volume WHERE machine_id = ? AND doomed = 1", machineId.toString());
    }

    /** The volumes that are attached to a machine, the root first. */
    public static List<Volume> ofMachine(Connection connection, UUID machineId) throws SQLException {
        return Rows.all(
                connection,
                VolumeTable::read,
                COLUMNS + "WHERE machine_id = ? ORDER BY role DESC, created_at",
                machineId.toString());
    }

    /** Whether a name is in use. */
    public static boolean nameTaken(Connection connection, String name) throws SQLException {
        return Rows.first(connection, row -> row.getInt(1), "SELECT 1 FROM volume WHERE name = ?", name)
                .isPresent();
    }

    /** The machine that each attached volume is attached to. */
    public static Map<String, String> machines(Connection connection) throws SQLException {
        Map<String, String> machines = new HashMap<>();
        Rows.all(
                connection,
                row -> machines.put(row.getString(1), row.getString(2)) == null,
                "SELECT id, machine_id FROM volume WHERE machine_id IS NOT NULL");
        return machines;
    }

    /** All volumes, by name; of each machine the root first. */
    public static List<Volume> all(Connection connection) throws SQLException {
        return Rows.all(connection, VolumeTable::read, COLUMNS + "ORDER BY role DESC, name");
    }

    private static Volume read(ResultSet row) throws SQLException {
        return new Volume(
                new VolumeId(UUID.fromString(row.getString("id"))),
                row.getString("name"),
                Volume.Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                row.getInt("size_mib"),
                Optional.ofNullable(row.getString("machine_id")).map(UUID::fromString),
                Optional.ofNullable(row.getString("image_digest")),
                row.getString("filesystem_uuid"),
                row.getInt("doomed") != 0);
    }
}
