package io.sistemo.network;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The rows of address leases; a machine has one for as long as it exists. */
public final class LeaseTable {
    private LeaseTable() {}

    /**
     * Leases the lowest free address to a machine.
     *
     * @return the address, or empty when all are taken
     */
    public static Optional<Ipv4> lease(Connection connection, Network network, String machineId) throws SQLException {
        Optional<Ipv4> free = lowestFree(connection, network);
        if (free.isPresent()) {
            lease(connection, network.name(), free.get(), machineId);
        }
        return free;
    }

    /** Leases one address to a machine; refused when it is taken. */
    public static void lease(Connection connection, String network, Ipv4 address, String machineId)
            throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO lease (network, address, machine_id) VALUES (?, ?, ?)",
                network,
                address.value(),
                machineId);
    }

    private static Optional<Ipv4> lowestFree(Connection connection, Network network) throws SQLException {
        long first = network.subnet().firstMachine().value();
        return Rows.first(
                        connection,
                        row -> row.getLong(1),
                        "SELECT ?2 WHERE NOT EXISTS (SELECT 1 FROM lease WHERE network = ?1 AND address = ?2)"
                                + " UNION ALL SELECT * FROM (SELECT a.address + 1 FROM lease a WHERE a.network = ?1"
                                + " AND a.address >= ?2 AND NOT EXISTS"
                                + " (SELECT 1 FROM lease b WHERE b.network = ?1 AND b.address = a.address + 1)"
                                + " ORDER BY a.address LIMIT 1) LIMIT 1",
                        network.name(),
                        first)
                .filter(address -> address <= network.subnet().lastMachine().value())
                .map(Ipv4::new);
    }

    /** A machine's address. */
    public static Optional<Ipv4> find(Connection connection, String machineId) throws SQLException {
        return Rows.first(
                connection,
                row -> new Ipv4(row.getLong(1)),
                "SELECT address FROM lease WHERE machine_id = ?",
                machineId);
    }

    /** All addresses by machine id. */
    public static Map<String, Ipv4> byMachine(Connection connection) throws SQLException {
        Map<String, Ipv4> leases = new HashMap<>();
        Rows.all(
                connection,
                row -> Optional.ofNullable(leases.put(row.getString(1), new Ipv4(row.getLong(2)))),
                "SELECT machine_id, address FROM lease");
        return leases;
    }

    /** How many leases a network has. */
    public static long count(Connection connection, String network) throws SQLException {
        return Rows.first(connection, row -> row.getLong(1), "SELECT count(*) FROM lease WHERE network = ?", network)
                .orElse(0L);
    }

    /** Gives a machine's address back. */
    public static void release(Connection connection, String machineId) throws SQLException {
        Rows.change(connection, "DELETE FROM lease WHERE machine_id = ?", machineId);
    }
}
