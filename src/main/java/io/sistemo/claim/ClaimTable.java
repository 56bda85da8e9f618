package io.sistemo.claim;

import io.sistemo.store.Rows;
import io.sistemo.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ledger's rows. */
public final class ClaimTable {
    private static final String COLUMNS =
            "SELECT id, owner_type, owner_id, kind, name, state, boot_id, origin, operation, detail FROM claim ";

    private static final Words<OwnerType> OWNER_TYPES = Words.of(OwnerType.values());
    private static final Words<ClaimKind> KINDS = Words.of(ClaimKind.values());
    private static final Words<ClaimState> STATES = Words.of(ClaimState.values());
    private static final Words<Origin> ORIGINS = Words.of(Origin.values());

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

    /**
     * Takes a thing that was found, and that nobody holds, into the ledger, to be released; refused when anyone holds one of
     * that kind and name.
     */
    public static void adopt(Connection connection, Owner owner, ResourceKey key, String bootId) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO claim (owner_type, owner_id, kind, name, state, boot_id, origin)"
                        + " VALUES (?, ?, ?, ?, 'releasing', ?, 'adopted')",
                lower(owner.type()),
                owner.id(),
                lower(key.kind()),
                key.name(),
                bootId);
    }

    /** Commits that a thing is held that was there already; refused when anyone holds one of that kind and name. */
    public static void hold(Connection connection, Owner owner, ResourceKey key, String bootId) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO claim (owner_type, owner_id, kind, name, state, boot_id, origin)"
                        + " VALUES (?, ?, ?, ?, 'held', ?, 'adopted')",
                lower(owner.type()),
                owner.id(),
                lower(key.kind()),
                key.name(),
                bootId);
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

    /** Marks a claim as intended again: its thing is to be changed, and the detail is kept until it has been. */
    public static void reinstate(Connection connection, Claim claim, String detail) throws SQLException {
        Rows.change(connection, "UPDATE claim SET state = 'intended', detail = ? WHERE id = ?", detail, claim.id());
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

    /** By the columns' numbers: the ledger of a thousand machines is read whole again and again. */
    private static Claim read(ResultSet row) throws SQLException {
        return new Claim(
                row.getLong(1),
                new Owner(OWNER_TYPES.get(row.getString(2)), row.getString(3)),
                new ResourceKey(KINDS.get(row.getString(4)), row.getString(5)),
                STATES.get(row.getString(6)),
                row.getString(7),
                ORIGINS.get(row.getString(8)),
                optional(row.getString(9)),
                optional(row.getString(10)));
    }

    private static Optional<String> optional(@Nullable String value) {
        return Optional.ofNullable(value);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** What the columns that hold one of few words mean. */
    private record Words<T extends Enum<T>>(Map<String, T> values) {
        static <T extends Enum<T>> Words<T> of(T[] values) {
            return new Words<>(Arrays.stream(values)
                    .collect(Collectors.toUnmodifiableMap(ClaimTable::lower, Function.identity())));
        }

        T get(String word) {
            T value = values.get(word);
            if (value == null) {
                throw new StoreException("the ledger holds an unknown word: " + word);
            }
            return value;
        }
    }
}
