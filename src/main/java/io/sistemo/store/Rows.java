package io.sistemo.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every table needs of JDBC: bind values, read rows. */
public final class Rows {
    private Rows() {}

    /** Turns the current row of a result into a record. */
    @FunctionalInterface
    public interface Reader<T> {
        /** Reads the current row; must not move the result. */
        T read(ResultSet row) throws SQLException;
    }

    /** Runs a statement that changes rows, and tells how many. */
    public static int change(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    /** All rows of a query. */
    public static <T> List<T> all(Connection connection, Reader<T> reader, String sql, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet result = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return List.copyOf(rows);
        }
    }

    /** The first row of a query, if it has one. */
    public static <T> Optional<T> first(Connection connection, Reader<T> reader, String sql, @Nullable Object... values)
            throws SQLException {
        List<T> rows = all(connection, reader, sql, values);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
