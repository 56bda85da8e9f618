package io.sistemo.machine;

import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.util.Optional;

/**
 * The ledger, read again only when something was committed since it was read last: to compare a thousand machines again and
 * again, when nothing has happened, their rows need not be decoded each time. Safe for concurrent use.
 */
final class KnownLedger {
    private final Database database;
    private final InstallationId installation;
    private volatile Optional<Reading> last = Optional.empty();

    private record Reading(long version, Ledger ledger) {}

    KnownLedger(Database database, InstallationId installation) {
        this.database = database;
        this.installation = installation;
    }

    /** What the database says now. The version first: what is committed before the rows are read is then read once more. */
    Ledger read() {
        long version = database.version();
        Optional<Reading> known = last.filter(reading -> reading.version() == version);
        if (known.isPresent()) {
            return known.get().ledger();
        }
        Ledger ledger = database.read(connection -> Ledger.read(connection, installation));
        last = Optional.of(new Reading(version, ledger));
        return ledger;
    }
}
