package io.sistemo.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Pattern;

/** Forward-only schema changes, numbered from 1; the file's version is SQLite's {@code user_version}. */
final class Migrations {
    /** The version that this program writes. */
    static final int NEWEST = 5;

    private static final Pattern COMMAND_END = Pattern.compile(";\\s*\\n");

    private Migrations() {}

    /** Applies what is missing, each version in one transaction of its own. */
    static void apply(Connection connection) throws SQLException {
        refuseNewer(connection);
        for (int next = version(connection) + 1; next <= NEWEST; next++) {
            step(connection, next);
        }
    }

    /** Nobody knows what a newer program keeps in its tables. */
    static void refuseNewer(Connection connection) throws SQLException {
        int version = version(connection);
        if (version > NEWEST) {
            throw new StoreException("the database has version " + version + ", newer than this program's " + NEWEST
                    + ": use the newer sistemo, or restore an older backup");
        }
    }

    private static void step(Connection connection, int version) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String command : COMMAND_END.splitAsStream(script(version)).toList()) {
                if (!command.isBlank()) {
                    statement.execute(command);
                }
            }
            statement.execute("PRAGMA user_version = " + version);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA user_version")) {
            result.next();
            return result.getInt(1);
        }
    }

    private static String script(int version) {
        String name = String.format(Locale.ROOT, "%04d.sql", version);
        try (InputStream stream = Migrations.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new StoreException("the program lacks its schema " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StoreException("the program's schema " + name + " cannot be read", e);
        }
    }
}
