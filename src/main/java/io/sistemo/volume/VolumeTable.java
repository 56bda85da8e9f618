package io.sistemo.volume;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The rows of volumes. */
public final class VolumeTable {
    private static final String COLUMNS =
            "SELECT id, name, role, size_mib, machine_id, slot, image_digest, filesystem_uuid, doomed, created_at,"
                    + " changed_at FROM volume ";

    private VolumeTable() {}

    /** Adds a volume; refused when the name, or the place at the machine, is taken. */
    public static void insert(Connection connection, Volume volume) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO volume (id, name, role, size_mib, machine_id, slot, image_digest, filesystem_uuid, doomed,"
                        + " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                volume.id().toString(),
                volume.name(),
                volume.role().name().toLowerCase(Locale.ROOT),
                volume.sizeMib(),
                volume.machineId().map(UUID::toString).orElse(null),
                volume.attachment().map(Attachment::slot).orElse(null),
                volume.imageDigest().orElse(null),
                volume.filesystemUuid(),
                volume.doomed() ? 1 : 0,
                volume.createdAt().toEpochMilli(),
                volume.changedAt().toEpochMilli());
    }

    /**
     * Attaches a volume that is attached nowhere.
     *
     * @return whether it was free
     */
    public static boolean attach(Connection connection, VolumeId id, Attachment attachment) throws SQLException {
        return Rows.change(
                        connection,
                        "UPDATE volume SET machine_id = ?, slot = ?, changed_at = ?"
                                + " WHERE id = ? AND machine_id IS NULL AND doomed = 0",
                        attachment.machineId().toString(),
                        attachment.slot(),
                        System.currentTimeMillis(),
                        id.toString())
                == 1;
    }

    /** Detaches one volume. */
    public static void detach(Connection connection, VolumeId id) throws SQLException {
        Rows.change(
                connection,
                "UPDATE volume SET machine_id = NULL, slot = NULL, changed_at = ? WHERE id = ?",
                System.currentTimeMillis(),
                id.toString());
    }

    /** Detaches every volume of a machine but the doomed. */
    public static void detachAll(Connection connection, UUID machineId) throws SQLException {
        Rows.change(
                connection,
                "UPDATE volume SET machine_id = NULL, slot = NULL, changed_at = ? WHERE machine_id = ? AND doomed = 0",
                System.currentTimeMillis(),
                machineId.toString());
    }

    /** Commits that the volume that a machine boots may be removed, with all that was written to it. */
    public static void doomRoot(Connection connection, UUID machineId) throws SQLException {
        Rows.change(
                connection,
                "UPDATE volume SET doomed = 1, changed_at = ? WHERE machine_id = ? AND slot = " + Attachment.ROOT_SLOT,
                System.currentTimeMillis(),
                machineId.toString());
    }

    /** Commits that a volume may be removed, with all that was written to it. */
    public static void doom(Connection connection, VolumeId id) throws SQLException {
        Rows.change(
                connection,
                "UPDATE volume SET doomed = 1, changed_at = ? WHERE id = ?",
                System.currentTimeMillis(),
                id.toString());
    }

    /** Changes how large a volume should be. */
    public static void resize(Connection connection, VolumeId id, int sizeMib) throws SQLException {
        Rows.change(
                connection,
                "UPDATE volume SET size_mib = ?, changed_at = ? WHERE id = ?",
                sizeMib,
                System.currentTimeMillis(),
                id.toString());
    }

    /** Removes the rows of a machine's doomed volumes, whose files are gone. */
    public static void deleteDoomed(Connection connection, UUID machineId) throws SQLException {
        Rows.change(connection, "DELETE FROM volume WHERE machine_id = ? AND doomed = 1", machineId.toString());
    }

    /** Removes the row of a doomed volume, whose file is gone. */
    public static void deleteDoomed(Connection connection, VolumeId id) throws SQLException {
        Rows.change(connection, "DELETE FROM volume WHERE id = ? AND doomed = 1", id.toString());
    }

    /** The volumes that are attached to a machine, in the order of their places. */
    public static List<Volume> ofMachine(Connection connection, UUID machineId) throws SQLException {
        return Rows.all(
                connection, VolumeTable::read, COLUMNS + "WHERE machine_id = ? ORDER BY slot", machineId.toString());
    }

    /** The volumes that are attached, those of a machine in the order of their places. */
    public static List<Volume> attached(Connection connection) throws SQLException {
        return Rows.all(connection, VolumeTable::read, COLUMNS + "WHERE machine_id IS NOT NULL ORDER BY slot");
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

    /** One volume. */
    public static Optional<Volume> find(Connection connection, VolumeId id) throws SQLException {
        return Rows.first(connection, VolumeTable::read, COLUMNS + "WHERE id = ?", id.toString());
    }

    /** The volume with that name or id, or at most two whose id begins so. */
    public static List<Volume> matching(Connection connection, String reference) throws SQLException {
        List<Volume> exact = Rows.all(
                connection,
                VolumeTable::read,
                COLUMNS + "WHERE name = ?1 OR id = ?1 ORDER BY name = ?1 DESC LIMIT 1",
                reference);
        if (!exact.isEmpty()) {
            return exact;
        }
        return Rows.all(
                connection,
                VolumeTable::read,
                COLUMNS + "WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2",
                reference.toLowerCase(Locale.ROOT));
    }

    /** All volumes, roots first, by name. */
    public static List<Volume> all(Connection connection) throws SQLException {
        return Rows.all(connection, VolumeTable::read, COLUMNS + "ORDER BY role DESC, name");
    }

    private static Volume read(ResultSet row) throws SQLException {
        String machineId = row.getString("machine_id");
        int slot = row.getInt("slot");
        return new Volume(
                new VolumeId(UUID.fromString(row.getString("id"))),
                row.getString("name"),
                Volume.Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                row.getInt("size_mib"),
                machineId == null ? Optional.empty() : Optional.of(new Attachment(UUID.fromString(machineId), slot)),
                Optional.ofNullable(row.getString("image_digest")),
                row.getString("filesystem_uuid"),
                row.getInt("doomed") != 0,
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("changed_at")));
    }
}
