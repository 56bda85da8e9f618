package io.sistemo.network;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rows of networks. */
public final class NetworkTable {
    private static final String COLUMNS = "SELECT name, bridge, subnet FROM network ";
    private static final String DETAILS = "SELECT name, bridge, subnet, doomed, created_at,"
            + " (SELECT count(*) FROM lease WHERE network = name) AS machines FROM network ";

    private NetworkTable() {}

    /** Adds a network; refused when its name, its bridge or its subnet is taken. */
    public static void insert(Connection connection, Network network) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO network (name, bridge, subnet, created_at) VALUES (?, ?, ?, ?)",
                network.name(),
                network.bridge(),
                network.subnet().toString(),
                System.currentTimeMillis());
    }

    /** Gives a network another subnet; only while it has no leases. */
    public static void changeSubnet(Connection connection, String name, Subnet subnet) throws SQLException {
        Rows.change(connection, "DELETE FROM free_address WHERE network = ?", name);
        Rows.change(
                connection,
                "UPDATE network SET subnet = ?, next_address = NULL WHERE name = ?",
                subnet.toString(),
                name);
    }

    /** Commits that a network is to go. */
    public static void doom(Connection connection, String name) throws SQLException {
        Rows.change(connection, "UPDATE network SET doomed = 1 WHERE name = ?", name);
    }

    /** Removes the row of a doomed network, whose bridge is gone. */
    static void deleteDoomed(Connection connection, String name) throws SQLException {
        Rows.change(
                connection,
                "DELETE FROM free_address WHERE network IN (SELECT name FROM network WHERE name = ? AND doomed = 1)",
                name);
        Rows.change(connection, "DELETE FROM network WHERE name = ? AND doomed = 1", name);
    }

    /** One network that is not to go. */
    public static Optional<Network> find(Connection connection, String name) throws SQLException {
        return Rows.first(connection, NetworkTable::read, COLUMNS + "WHERE name = ? AND doomed = 0", name);
    }

    /** All networks that are not to go, by name. */
    public static List<Network> all(Connection connection) throws SQLException {
        return Rows.all(connection, NetworkTable::read, COLUMNS + "WHERE doomed = 0 ORDER BY name");
    }

    /** The names of those that are to go. */
    static List<String> doomed(Connection connection) throws SQLException {
        return Rows.all(connection, row -> row.getString(1), "SELECT name FROM network WHERE doomed = 1");
    }

    /** One row, whatever is to become of its network. */
    static Optional<NetworkDetails> row(Connection connection, String name) throws SQLException {
        return Rows.first(connection, NetworkTable::details, DETAILS + "WHERE name = ?", name);
    }

    /** Every row, by name. */
    public static List<NetworkDetails> rows(Connection connection) throws SQLException {
        return Rows.all(connection, NetworkTable::details, DETAILS + "ORDER BY name");
    }

    private static Network read(ResultSet row) throws SQLException {
        return new Network(row.getString("name"), row.getString("bridge"), Subnet.parse(row.getString("subnet")));
    }

    /** Each machine has one lease. */
    private static NetworkDetails details(ResultSet row) throws SQLException {
        return new NetworkDetails(
                read(row),
                row.getInt("machines"),
                row.getInt("doomed") != 0,
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
