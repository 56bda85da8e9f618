package io.sistemo.network;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The rows of networks. */
public final class NetworkTable {
    private static final String COLUMNS = "SELECT name, bridge, subnet FROM network ";

    private NetworkTable() {}

    /** Adds a network. */
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
        Rows.change(connection, "UPDATE network SET subnet = ? WHERE name = ?", subnet.toString(), name);
    }

    /** One network. */
    public static Optional<Network> find(Connection connection, String name) throws SQLException {
        return Rows.first(connection, NetworkTable::read, COLUMNS + "WHERE name = ?", name);
    }

    /** All networks, by name. */
    public static List<Network> all(Connection connection) throws SQLException {
        return Rows.all(connection, NetworkTable::read, COLUMNS + "ORDER BY name");
    }

    private static Network read(ResultSet row) throws SQLException {
        return new Network(row.getString("name"), row.getString("bridge"), Subnet.parse(row.getString("subnet")));
    }
}
