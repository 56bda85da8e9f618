package io.sistemo.network;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The rows of address leases; a machine has one for as long as it exists. */
public final class LeaseTable {
    private static final String FIRST_RETURNED =
            "SELECT address FROM free_address WHERE network = ? ORDER BY address LIMIT 1";

    private LeaseTable() {}

    /**
     * Leases an address to a machine: one that was given back, else the lowest that was never leased. It costs the same however
     * many are leased.
     *
     * @return the address, or empty when all are taken
     */
    public static Optional<Ipv4> lease(Connection connection, Network network, String machineId) throws SQLException {
        Optional<Ipv4> returned = Rows.first(connection, LeaseTable::address, FIRST_RETURNED, network.name());
        Optional<Ipv4> free = returned.isPresent() ? returned : neverLeased(connection, network);
        if (free.isPresent()) {
            take(connection, network, free.get(), machineId);
        }
        return free;
    }

    private static Optional<Ipv4> neverLeased(Connection connection, Network network) throws SQLException {
        Ipv4 next = next(connection, network);
        return next.value() <= network.subnet().lastMachine().value() ? Optional.of(next) : Optional.empty();
    }

    /** The lowest address that was never leased. */
    private static Ipv4 next(Connection connection, Network network) throws SQLException {
        return Rows.first(
                        connection,
                        LeaseTable::address,
                        "SELECT next_address FROM network WHERE name = ? AND next_address IS NOT NULL",
                        network.name())
                .orElse(network.subnet().firstMachine());
    }

    /** Leases one address to a machine, and leaves those below it free; refused when it is taken. */
    public static void lease(Connection connection, Network network, Ipv4 address, String machineId)
            throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO free_address (network, address) WITH RECURSIVE below (address) AS (SELECT ?2 WHERE ?2 <"
                        + " ?3 UNION ALL SELECT address + 1 FROM below WHERE address + 1 < ?3) SELECT ?1, address FROM"
                        + " below",
                network.name(),
                next(connection, network).value(),
                address.value());
        take(connection, network, address, machineId);
    }

    private static void take(Connection connection, Network network, Ipv4 address, String machineId)
            throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO lease (network, address, machine_id) VALUES (?, ?, ?)",
                network.name(),
                address.value(),
                machineId);
        Rows.change(
                connection,
                "DELETE FROM free_address WHERE network = ? AND address = ?",
                network.name(),
                address.value());
        Rows.change(
                connection,
                "UPDATE network SET next_address = ?2 + 1 WHERE name = ?1 AND (next_address IS NULL OR next_address <="
                        + " ?2)",
                network.name(),
                address.value());
    }

    private static Ipv4 address(ResultSet row) throws SQLException {
        return new Ipv4(row.getLong(1));
    }

    /** A machine's address. */
    public static Optional<Ipv4> find(Connection connection, String machineId) throws SQLException {
        return Rows.first(connection, LeaseTable::address, "SELECT address FROM lease WHERE machine_id = ?", machineId);
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

    /** Gives a machine's address back, for the next machine. */
    public static void release(Connection connection, String machineId) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO free_address (network, address) SELECT network, address FROM lease WHERE machine_id = ?",
                machineId);
        Rows.change(connection, "DELETE FROM lease WHERE machine_id = ?", machineId);
    }
}
