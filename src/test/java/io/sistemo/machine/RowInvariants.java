package io.sistemo.machine;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What must hold after every commit, whatever is under way. Asked of the file itself on a connection of its own, and in SQL of
 * its own: what the schema forbids is asked all the same, since the schema is what may be wrong.
 */
final class RowInvariants implements AutoCloseable {
    private static final Map<String, String> QUERIES = new LinkedHashMap<>();

    static {
        QUERIES.put("a name has two machines", "SELECT name FROM machine GROUP BY name HAVING count(*) > 1");
        QUERIES.put(
                "an address has two machines",
                "SELECT address FROM lease GROUP BY network, address HAVING count(*) > 1");
        QUERIES.put(
                "a machine has no address, or two",
                "SELECT id FROM machine WHERE (SELECT count(*) FROM lease WHERE machine_id = machine.id) <> 1");
        QUERIES.put(
                "an address belongs to nobody",
                "SELECT address FROM lease WHERE machine_id NOT IN (SELECT id FROM machine)");
        QUERIES.put(
                "a machine has no root, or two",
                "SELECT id FROM machine WHERE (SELECT count(*) FROM volume WHERE machine_id = machine.id AND role = 'root')"
                        + " <> 1");
        QUERIES.put(
                "a volume belongs to nobody",
                "SELECT name FROM volume WHERE machine_id IS NULL OR machine_id NOT IN (SELECT id FROM machine)");
        QUERIES.put(
                "a forward belongs to nobody",
                "SELECT host_port FROM forward WHERE machine_id NOT IN (SELECT id FROM machine)");
        QUERIES.put(
                "a port leads to two machines",
                "SELECT a.host_port FROM forward a, forward b WHERE a.host_port = b.host_port AND a.protocol = b.protocol"
                        + " AND a.address <> b.address AND a.address = 0");
        QUERIES.put("a volume's name is another's", "SELECT name FROM volume GROUP BY name HAVING count(*) > 1");
        QUERIES.put(
                "a thing is held twice",
                "SELECT kind || ' ' || name FROM claim GROUP BY kind, name HAVING count(*) > 1");
        QUERIES.put(
                "a thing is held by nobody",
                "SELECT kind || ' ' || name FROM claim WHERE owner_type = 'machine'"
                        + " AND owner_id NOT IN (SELECT id FROM machine)"
                        + " OR owner_type = 'volume' AND owner_id NOT IN (SELECT id FROM volume)");
        QUERIES.put(
                "two operations run on one machine",
                "SELECT target_id FROM operation WHERE state = 'running' GROUP BY target_id HAVING count(*) > 1");
        QUERIES.put(
                "an operation runs on no machine",
                "SELECT id FROM operation WHERE state = 'running' AND target_id NOT IN (SELECT id FROM machine)");
        QUERIES.put("a VMM's user is another's", "SELECT vmm_uid FROM machine GROUP BY vmm_uid HAVING count(*) > 1");
        QUERIES.put(
                "a machine is wanted that never answered and that nobody deploys",
                "SELECT id FROM machine WHERE created = 0 AND intent <> 'gone'"
                        + " AND id NOT IN (SELECT target_id FROM operation WHERE state = 'running')");
    }

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int steps;

    RowInvariants(Path database) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        for (Map.Entry<String, String> query : QUERIES.entrySet()) {
            statements.put(query.getKey(), connection.prepareStatement(query.getValue()));
        }
    }

    /** Looks once, and keeps what is wrong. */
    synchronized void check() {
        steps++;
        try {
            for (Map.Entry<String, PreparedStatement> query : statements.entrySet()) {
                try (ResultSet rows = query.getValue().executeQuery()) {
                    while (rows.next()) {
                        violations.add("after commit " + steps + " " + query.getKey() + ": " + rows.getString(1));
                    }
                }
            }
        } catch (SQLException e) {
            violations.add("after commit " + steps + " the rows could not be read: " + e.getMessage());
        }
    }

    /** What was found wrong so far. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** How often it has looked. */
    synchronized int steps() {
        return steps;
    }

    @Override
    public synchronized void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        connection.close();
    }
}
