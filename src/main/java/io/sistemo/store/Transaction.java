package io.sistemo.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Work inside one transaction, on tables that take its connection.
 *
 * @param <T> what it finds out
 */
@FunctionalInterface
public interface Transaction<T> {
    /** Does the work; must neither commit nor keep the connection. */
    T run(Connection connection) throws SQLException;
}
