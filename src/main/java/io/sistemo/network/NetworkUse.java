package io.sistemo.network;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Who uses networks: machines, which this package does not know. */
public interface NetworkUse {
    /** The names of the machines that are on a network, running or not. */
    List<String> machines(Connection connection, String network) throws SQLException;
}
