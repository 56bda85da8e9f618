package io.sistemo.operation;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** The rows of operations, which are the audit log. */
public final class OperationTable {
    private static final String COLUMNS =
            "SELECT id, action, target_type, target_id, target_name, state, error, code, message, started_at, ended_at"
                    + " FROM operation ";
    private static final String MATCHING =
            "WHERE (?1 IS NULL OR action = ?1) AND (?2 IS NULL OR target_id = ?2 OR target_name = ?2) ";

    private OperationTable() {}

    /** Begins an operation; refused while another one runs on the same target. */
    public static void begin(Connection connection, Operation operation) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO operation (id, action, target_type, target_id, target_name, state, message, started_at)"
                        + " VALUES (?, ?, ?, ?, ?, 'running', ?, ?)",
                operation.id().toString(),
                operation.action(),
                operation.targetType(),
                operation.targetId(),
                operation.targetName(),
                operation.message().orElse(null),
                operation.startedAt().toEpochMilli());
    }

    /** Notes why a running operation is being taken back; the first reason stays. */
    public static void noteFailure(Connection connection, OperationId id, RefusalCode code, String sentence)
            throws SQLException {
        Rows.change(
                connection,
                "UPDATE operation SET code = ?, error = ? WHERE id = ? AND state = 'running' AND error IS NULL",
                code.name().toLowerCase(Locale.ROOT),
                sentence,
                id.toString());
    }

    /** Notes what came of a running operation. */
    public static void noteMessage(Connection connection, OperationId id, String message) throws SQLException {
        Rows.change(
                connection,
                "UPDATE operation SET message = ? WHERE id = ? AND state = 'running'",
                message,
                id.toString());
    }

    /** Ends a running operation: as succeeded, or by the failure that was noted. */
    public static void end(Connection connection, OperationId id) throws SQLException {
        Rows.change(
                connection,
                "UPDATE operation SET ended_at = ?, state = CASE WHEN error IS NULL THEN 'succeeded'"
                        + " WHEN code = 'cancelled' THEN 'cancelled' ELSE 'failed' END"
                        + " WHERE id = ? AND state = 'running'",
                System.currentTimeMillis(),
                id.toString());
    }

    /** One operation. */
    public static Optional<Operation> find(Connection connection, OperationId id) throws SQLException {
        return Rows.first(connection, OperationTable::read, COLUMNS + "WHERE id = ?", id.toString());
    }

    /** The operation that runs on a target, if any. */
    public static Optional<Operation> runningOn(Connection connection, String targetType, String targetId)
            throws SQLException {
        return Rows.first(
                connection,
                OperationTable::read,
                COLUMNS + "WHERE state = 'running' AND target_type = ? AND target_id = ?",
                targetType,
                targetId);
    }

    /** Every operation that runs. */
    public static List<Operation> running(Connection connection) throws SQLException {
        return Rows.all(connection, OperationTable::read, COLUMNS + "WHERE state = 'running' ORDER BY sequence");
    }

    /** A page of the log, newest first. */
    public static AuditPage history(Connection connection, AuditQuery query) throws SQLException {
        String action = query.action().orElse(null);
        String target = query.target().orElse(null);
        List<Operation> operations = Rows.all(
                connection,
                OperationTable::read,
                COLUMNS + MATCHING + "ORDER BY sequence DESC LIMIT ?3 OFFSET ?4",
                action,
                target,
                query.limit(),
                query.offset());
        long total = Rows.first(
                        connection, row -> row.getLong(1), "SELECT count(*) FROM operation " + MATCHING, action, target)
                .orElse(0L);
        return new AuditPage(operations, total);
    }

    private static Operation read(ResultSet row) throws SQLException {
        long endedAt = row.getLong("ended_at");
        Optional<Instant> end = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(endedAt));
        return new Operation(
                new OperationId(UUID.fromString(row.getString("id"))),
                row.getString("action"),
                row.getString("target_type"),
                row.getString("target_id"),
                row.getString("target_name"),
                OperationState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.ofNullable(row.getString("error")),
                Optional.ofNullable(row.getString("code"))
                        .map(code -> RefusalCode.valueOf(code.toUpperCase(Locale.ROOT))),
                Optional.ofNullable(row.getString("message")),
                Instant.ofEpochMilli(row.getLong("started_at")),
                end);
    }
}
