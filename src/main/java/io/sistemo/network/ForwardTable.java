package io.sistemo.network;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of forwards; a machine keeps its own for as long as it exists. While an operation adds or removes one, the row says
 * so: one that is being added is in force and not yet the machine's, one that is being removed is the other way round.
 */
public final class ForwardTable {
    /** SQLITE_CONSTRAINT, the primary code of every constraint (https://www.sqlite.org/rescode.html). */
    private static final int CONSTRAINT = 19;

    private static final int PRIMARY_CODE = 0xff;
    private static final long EVERY_ADDRESS = 0;
    private static final String COLUMNS = "SELECT protocol, address, host_port, machine_port, machine_id FROM forward ";
    private static final String IS_SETTLED = "(change IS NULL OR change = 'remove') ";
    private static final String IN_ORDER = "ORDER BY host_port, protocol, address";

    private ForwardTable() {}

    /**
     * Whose a forward is.
     *
     * @param machineId the machine that it leads to
     */
    public record Held(Forward forward, String machineId) {}

    /**
     * Adds a forward, unless another one has its port: at the same address, or one of both at every address.
     *
     * @param operation the operation that adds it, until that is applied; empty for one that comes with its machine
     * @return whether it was added
     */
    public static boolean insert(Connection connection, String machineId, Forward forward, Optional<String> operation)
            throws SQLException {
        try {
            Rows.change(
                    connection,
                    "INSERT INTO forward (protocol, host_port, address, machine_id, machine_port, operation, change)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    forward.protocol().word(),
                    forward.hostPort(),
                    address(forward),
                    machineId,
                    forward.machinePort(),
                    operation.orElse(null),
                    operation.map(_ -> "add").orElse(null));
            return true;
        } catch (SQLException e) {
            if ((e.getErrorCode() & PRIMARY_CODE) == CONSTRAINT) {
                return false;
            }
            throw e;
        }
    }

    /** The forward that has the port of another one, so that this cannot be added. */
    public static Optional<Held> holder(Connection connection, Forward wanted) throws SQLException {
        return Rows.first(
                connection,
                row -> new Held(read(row), row.getString("machine_id")),
                COLUMNS + "WHERE protocol = ?1 AND host_port = ?2 AND (?3 = 0 OR address = 0 OR address = ?3) LIMIT 1",
                wanted.protocol().word(),
                wanted.hostPort(),
                address(wanted));
    }

    /** Begins to remove a machine's forward; tells whether it was there, with nothing else under way. */
    public static boolean beginRemoval(Connection connection, String machineId, Forward forward, String operation)
            throws SQLException {
        return Rows.change(
                        connection,
                        "UPDATE forward SET change = 'remove', operation = ? WHERE protocol = ? AND host_port = ?"
                                + " AND address = ? AND machine_id = ? AND change IS NULL",
                        operation,
                        forward.protocol().word(),
                        forward.hostPort(),
                        address(forward),
                        machineId)
                == 1;
    }

    /** The machine whose forward an operation changes; empty when that went with its machine. */
    public static Optional<String> machineOf(Connection connection, String operation) throws SQLException {
        return Rows.first(
                connection, row -> row.getString(1), "SELECT machine_id FROM forward WHERE operation = ?", operation);
    }

    /** What an operation changes is changed. */
    public static void settle(Connection connection, String operation) throws SQLException {
        Rows.change(connection, "DELETE FROM forward WHERE operation = ? AND change = 'remove'", operation);
        Rows.change(connection, "UPDATE forward SET change = NULL, operation = NULL WHERE operation = ?", operation);
    }

    /** What an operation was to change stays as it was. */
    public static void takeBack(Connection connection, String operation) throws SQLException {
        Rows.change(connection, "DELETE FROM forward WHERE operation = ? AND change = 'add'", operation);
        Rows.change(connection, "UPDATE forward SET change = NULL, operation = NULL WHERE operation = ?", operation);
    }

    /** A machine's forwards, by port. */
    public static List<Forward> ofMachine(Connection connection, String machineId) throws SQLException {
        return Rows.all(
                connection,
                ForwardTable::read,
                COLUMNS + "WHERE machine_id = ? AND " + IS_SETTLED + IN_ORDER,
                machineId);
    }

    /** The forwards of all machines, by machine id, each by port. */
    public static Map<String, List<Forward>> byMachine(Connection connection) throws SQLException {
        Map<String, List<Forward>> forwards = new HashMap<>();
        for (Held held : Rows.all(
                connection,
                row -> new Held(read(row), row.getString("machine_id")),
                COLUMNS + "WHERE " + IS_SETTLED + IN_ORDER)) {
            forwards.computeIfAbsent(held.machineId(), _ -> new ArrayList<>()).add(held.forward());
        }
        return forwards;
    }

    /** Whether a machine has a forward, were it one that is being added or removed. */
    public static boolean hasAny(Connection connection, String machineId) throws SQLException {
        return Rows.first(connection, row -> row.getInt(1), "SELECT 1 FROM forward WHERE machine_id = ?", machineId)
                .isPresent();
    }

    /** The forwards that are in force: of machines that should run. */
    static List<RoutedForward> inForce(Connection connection) throws SQLException {
        return Rows.all(
                connection,
                row -> new RoutedForward(read(row), new Ipv4(row.getLong("machine_address"))),
                "SELECT f.protocol, f.address, f.host_port, f.machine_port, l.address AS machine_address"
                        + " FROM forward f JOIN machine m ON m.id = f.machine_id JOIN lease l ON l.machine_id = m.id"
                        + " WHERE m.intent IN ('running', 'restarting') AND (f.change IS NULL OR f.change = 'add')"
                        + " ORDER BY f.host_port, f.protocol, f.address");
    }

    /** Takes a machine's forwards away, as it goes itself. */
    public static void release(Connection connection, String machineId) throws SQLException {
        Rows.change(connection, "DELETE FROM forward WHERE machine_id = ?", machineId);
    }

    private static long address(Forward forward) {
        return forward.address().map(Ipv4::value).orElse(EVERY_ADDRESS);
    }

    private static Forward read(ResultSet row) throws SQLException {
        long address = row.getLong("address");
        return new Forward(
                Forward.Protocol.valueOf(row.getString("protocol").toUpperCase(Locale.ROOT)),
                address == EVERY_ADDRESS ? Optional.empty() : Optional.of(new Ipv4(address)),
                row.getInt("host_port"),
                row.getInt("machine_port"));
    }
}
