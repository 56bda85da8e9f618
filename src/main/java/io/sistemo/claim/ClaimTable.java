package io.sistemo.claim;

import io.sistemo.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ledger's rows. */
public final class ClaimTable {
    private static final String COLUMNS =
            "SELECT id, owner_type, owner_id, kind, name, state, boot_id, origin, operation, detail FROM claim ";

    private ClaimTable() {}

    /** Commits the intention to hold a thing; refused when anyone holds one of that kind and name. */
    public static void intend(
            Connection connection, Owner owner, ResourceKey key, String bootId, Optional<String> operation)
            throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO claim (owner_type, owner_id, kind, name, state, boot_id, origin, operation)"
                        + " VALUES (?, ?, ?, ?, 'intended', ?, 'made', ?)",
                lower(owner.type()),
                owner.id(),
                lower(key.kind()),
                key.name(),
                bootId,
                operation.orElse(null));
    }

    /** Marks a claim as held, with what identifies its thing. */
    public static void confirm(Connection connection, Claim claim, Optional<String> detail) throws SQLException {
        Rows.change(
                connection,
                "UPDATE claim SET state = 'held', detail = ? WHERE id = ?",
                detail.orElse(null),
                claim.id());
    }

    /** Marks a claim as intended again: its thing was lost and is wanted. */
    public static void reinstate(Connection connection, Claim claim) throws SQLException {
        Rows.change(connection, "UPDATE claim SET state = 'intended', detail = NULL WHERE id = ?", claim.id());
    }

    /** Marks a claim as being released. */
    public static void markReleasing(Connection connection, Claim claim) throws SQLException {
        Rows.change(connection, "UPDATE claim SET state = 'releasing' WHERE id = ?", claim.id());
    }

    /** Removes a claim whose thing is gone. */
    public static void forget(Connection connection, Claim claim) throws SQLException {
        Rows.change(connection, "DELETE FROM claim WHERE id = ?", claim.id());
    }

    /** Every claim of an owner. */
    public static List<Claim> ofOwner(Connection connection, Owner owner) throws SQLException {
        return Rows.all(
                connection,
                ClaimTable::read,
                COLUMNS + "WHERE owner_type = ? AND owner_id = ?",
                lower(owner.type()),
                owner.id());
    }

    /** Every claim of a kind. */
    public static List<Claim> ofKind(Connection connection, ClaimKind kind) throws SQLException {
        return Rows.all(connection, ClaimTable::read, COLUMNS + "WHERE kind = ?", lower(kind));
    }

    /** The whole ledger. */
    public static List<Claim> all(Connection connection) throws SQLException {
        return Rows.all(connection, ClaimTable::read, COLUMNS + "ORDER BY id");
    }

    private static Claim read(ResultSet row) throws SQLException {
        return new Claim(
                row.getLong("id"),
                new Owner(OwnerType.valueOf(upper(row.getString("owner_type"))), row.getString("owner_id")),
                new ResourceKey(ClaimKind.valueOf(upper(row.getString("kind"))), row.getString("name")),
                ClaimState.valueOf(upper(row.getString("state"))),
                row.getString("boot_id"),
                Origin.valueOf(upper(row.getString("origin"))),
                optional(row.getString("operation")),
                optional(row.getString("detail")));
    }

    private static Optional<String> optional(@Nullable String value) {
        return Optional.ofNullable(value);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String upper(String value) {
        return value.toUpperCase(Locale.ROOT);
    }
}
