package io.sistemo.machine;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.sistemo.guest.HostKey;
import io.sistemo.store.Rows;
import io.sistemo.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rows of machines. */
public final class MachineTable {
    private static final JsonType<Map<String, String>> METADATA =
            Jsonb.instance().type(String.class).map();
    private static final String COLUMNS =
            "SELECT id, name, short_id, intent, created, booted, failure, restart_policy, restart_attempts, restart_at,"
                    + " paused, image, image_digest, vcpus, memory_mib,"
                    + " storage_mib, network, metadata, vmm_uid, host_key_seed, host_key_public, created_at, changed_at"
                    + " FROM machine ";

    private MachineTable() {}

    /** Adds a machine; refused when the name, the short id or the VMM's user is taken. */
    public static void insert(Connection connection, Machine machine) throws SQLException {
        Machine.Shape shape = machine.shape();
        Rows.change(
                connection,
                "INSERT INTO machine (id, name, short_id, intent, created, booted, restart_policy, image, image_digest,"
                        + " vcpus, memory_mib, storage_mib, network, metadata, vmm_uid, host_key_seed, host_key_public,"
                        + " created_at, changed_at) VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                machine.id().toString(),
                machine.name(),
                machine.shortId(),
                lower(machine.intent()),
                machine.supervision().policy().word(),
                shape.image(),
                shape.imageDigest(),
                shape.vcpus(),
                shape.memoryMib(),
                shape.storageMib(),
                shape.network(),
                METADATA.toJson(shape.metadata()),
                machine.vmmUid(),
                machine.hostKey().seedHex(),
                machine.hostKey().publicKey().hex(),
                machine.createdAt().toEpochMilli(),
                machine.changedAt().toEpochMilli());
    }

    /** Changes what a machine should be, as a user asked; its last failure is history then. */
    public static void intend(Connection connection, MachineId id, Intent intent) throws SQLException {
        Rows.change(
                connection,
                "UPDATE machine SET intent = ?, failure = NULL, restart_attempts = 0, restart_at = NULL, changed_at = ?"
                        + " WHERE id = ?",
                lower(intent),
                System.currentTimeMillis(),
                id.toString());
    }

    /**
     * Changes what a machine should be because of what happened to it, unless a user's request came in between.
     *
     * @param machine as it was when that was decided
     * @param failure why, when what was wanted did not work
     * @return whether it was changed
     */
    public static boolean turn(Connection connection, Machine machine, Intent intent, Optional<String> failure)
            throws SQLException {
        return Rows.change(
                        connection,
                        "UPDATE machine SET intent = ?, failure = ?, changed_at = ? WHERE id = ? AND intent = ?",
                        lower(intent),
                        failure.orElse(null),
                        System.currentTimeMillis(),
                        machine.id().toString(),
                        lower(machine.intent()))
                == 1;
    }

    /**
     * Notes that a machine that ended is to be started again, unless a user's request came in between that wants something
     * else.
     *
     * @param attempt the number of that start
     * @param cause why it ended
     * @return whether that was noted
     */
    static boolean awaitRestart(Connection connection, MachineId id, int attempt, Instant due, String cause)
            throws SQLException {
        return Rows.change(
                        connection,
                        "UPDATE machine SET booted = 0, failure = ?, restart_attempts = ?, restart_at = ?, changed_at"
                                + " = ? WHERE id = ? AND intent = 'running'",
                        cause,
                        attempt,
                        due.toEpochMilli(),
                        System.currentTimeMillis(),
                        id.toString())
                == 1;
    }

    /** Ends the wait for a restart, if the machine still waits; tells whether it did. */
    static boolean beginRestart(Connection connection, MachineId id) throws SQLException {
        return Rows.change(
                        connection,
                        "UPDATE machine SET restart_at = NULL WHERE id = ? AND intent = 'running' AND restart_at IS"
                                + " NOT NULL",
                        id.toString())
                == 1;
    }

    /** Notes whether a machine's guest should stand still. */
    static void pause(Connection connection, MachineId id, boolean paused) throws SQLException {
        Rows.change(
                connection,
                "UPDATE machine SET paused = ?, changed_at = ? WHERE id = ?",
                paused ? 1 : 0,
                System.currentTimeMillis(),
                id.toString());
    }

    /** Whether a machine still should be what it should have been when it was looked at. */
    public static boolean intends(Connection connection, Machine machine) throws SQLException {
        return Rows.first(
                        connection,
                        row -> row.getInt(1),
                        "SELECT 1 FROM machine WHERE id = ? AND intent = ?",
                        machine.id().toString(),
                        lower(machine.intent()))
                .isPresent();
    }

    /** Notes that the VMM that now runs has answered: from now on no crash removes the machine. */
    public static void booted(Connection connection, MachineId id) throws SQLException {
        Rows.change(
                connection,
                "UPDATE machine SET booted = 1, created = 1, failure = NULL, changed_at = ? WHERE id = ?",
                System.currentTimeMillis(),
                id.toString());
    }

    /** Notes that no VMM has answered yet, as before each start; none was paused either. */
    public static void unbooted(Connection connection, MachineId id) throws SQLException {
        Rows.change(connection, "UPDATE machine SET booted = 0, paused = 0 WHERE id = ?", id.toString());
    }

    /** Removes a machine's row, when nothing is held for it any more. */
    public static void delete(Connection connection, MachineId id) throws SQLException {
        Rows.change(connection, "DELETE FROM machine WHERE id = ?", id.toString());
    }

    /** One machine. */
    public static Optional<Machine> find(Connection connection, MachineId id) throws SQLException {
        return Rows.first(connection, MachineTable::read, COLUMNS + "WHERE id = ?", id.toString());
    }

    /** All machines, by name. */
    public static List<Machine> all(Connection connection) throws SQLException {
        return Rows.all(connection, MachineTable::read, COLUMNS + "ORDER BY name");
    }

    /** What all machines should be. */
    static List<Standing> standings(Connection connection) throws SQLException {
        return Rows.all(
                connection,
                row -> new Standing(
                        MachineId.parse(row.getString(1)),
                        row.getString(2),
                        row.getString(3),
                        Intent.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
                        row.getInt(5) != 0,
                        row.getString(6)),
                "SELECT m.id, m.name, m.short_id, m.intent, m.booted, n.bridge FROM machine m"
                        + " JOIN network n ON n.name = m.network ORDER BY m.name");
    }

    /** The machine whose names on the host are made of a short id. */
    static Optional<MachineId> ofShortId(Connection connection, String shortId) throws SQLException {
        return Rows.first(
                connection,
                row -> MachineId.parse(row.getString(1)),
                "SELECT id FROM machine WHERE short_id = ?",
                shortId);
    }

    /** The machine with that name or id, or at most two whose id begins so. */
    public static List<Machine> matching(Connection connection, String reference) throws SQLException {
        List<Machine> exact = Rows.all(
                connection,
                MachineTable::read,
                COLUMNS + "WHERE name = ?1 OR id = ?1 ORDER BY name = ?1 DESC LIMIT 1",
                reference);
        if (!exact.isEmpty()) {
            return exact;
        }
        return Rows.all(
                connection,
                MachineTable::read,
                COLUMNS + "WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2",
                reference.toLowerCase(Locale.ROOT));
    }

    /** The names of machines that were deployed from an image. */
    public static List<String> namesOfImage(Connection connection, String digest) throws SQLException {
        return Rows.all(
                connection,
                row -> row.getString(1),
                "SELECT name FROM machine WHERE image_digest = ? ORDER BY name",
                digest);
    }

    /** How many machines of a network run, should run, or have not let go of their port yet. */
    static long countPorts(Connection connection, String network) throws SQLException {
        return Rows.first(
                        connection,
                        row -> row.getLong(1),
                        "SELECT count(*) FROM machine WHERE network = ? AND (intent IN ('running', 'restarting') OR"
                                + " EXISTS (SELECT 1 FROM claim WHERE owner_type = 'machine' AND owner_id = machine.id AND"
                                + " kind = 'machine_network'))",
                        network)
                .orElse(0L);
    }

    /** The names of the machines that are on a network. */
    public static List<String> namesOnNetwork(Connection connection, String network) throws SQLException {
        return Rows.all(
                connection,
                row -> row.getString(1),
                "SELECT name FROM machine WHERE network = ? ORDER BY name",
                network);
    }

    /** The names of machines that are being deployed from an image. */
    public static List<String> namesDeploying(Connection connection, String digest) throws SQLException {
        return Rows.all(
                connection,
                row -> row.getString(1),
                "SELECT name FROM machine WHERE image_digest = ? AND created = 0 ORDER BY name",
                digest);
    }

    private static Supervision supervision(ResultSet row) throws SQLException {
        String policy = row.getString("restart_policy");
        long due = row.getLong("restart_at");
        Optional<Instant> waitsUntil = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due));
        return new Supervision(
                RestartPolicy.find(policy).orElseThrow(() -> new StoreException("not a restart policy: " + policy)),
                row.getInt("restart_attempts"),
                waitsUntil,
                row.getInt("paused") != 0);
    }

    private static Machine read(ResultSet row) throws SQLException {
        return new Machine(
                MachineId.parse(row.getString("id")),
                row.getString("name"),
                row.getString("short_id"),
                Intent.valueOf(row.getString("intent").toUpperCase(Locale.ROOT)),
                row.getInt("created") != 0,
                row.getInt("booted") != 0,
                Optional.ofNullable(row.getString("failure")),
                supervision(row),
                new Machine.Shape(
                        row.getString("image"),
                        row.getString("image_digest"),
                        row.getInt("vcpus"),
                        row.getInt("memory_mib"),
                        row.getInt("storage_mib"),
                        row.getString("network"),
                        METADATA.fromJson(row.getString("metadata"))),
                row.getLong("vmm_uid"),
                new HostKey(row.getString("host_key_seed"), new HostKey.Public(row.getString("host_key_public"))),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("changed_at")));
    }

    private static String lower(Intent intent) {
        return intent.name().toLowerCase(Locale.ROOT);
    }
}
