package io.sistemo.daemon;

import io.sistemo.host.Files;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.DatabaseCondition;
import io.sistemo.store.DatabaseInspection;
import io.sistemo.store.InstallationId;
import io.sistemo.store.InstallationTable;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Opens the database of a data directory whose lock is held: as it is when it is sound, new when there never was one, and
 * else rebuilt, with a report that nobody can miss.
 */
public final class DatabaseOpening {
    private static final Logger LOGGER = System.getLogger(DatabaseOpening.class.getName());
    /** Twenty times what the database of a thousand machines takes. */
    private static final Duration CHECK_BOUND = Duration.ofSeconds(1);

    private static final int READABLE = 0644;

    private DatabaseOpening() {}

    /**
     * Opens it.
     *
     * @param files where remains of an earlier database are looked for
     * @param host asked for only when there are some
     * @param report told each line of a rebuild's report
     * @throws StoreException when it may not be opened, its disk is full or fails, or a newer program wrote it; or when it must
     *     be rebuilt and the host cannot be observed. Nothing was changed then
     */
    public static Database open(DataDirectory directory, Files files, Supplier<Host> host, Consumer<String> report) {
        try {
            Optional<String> loss = loss(directory, files);
            if (loss.isPresent()) {
                new DatabaseRebuild(directory, host.get()).run(loss.get()).forEach(report);
            }
            return Database.open(directory.database());
        } catch (HostException e) {
            throw new StoreException("the database cannot be rebuilt: " + e.getMessage(), e);
        }
    }

    /** The same, with the report in the log. */
    static Database open(DataDirectory directory, Files files, Supplier<Host> host) {
        return open(directory, files, host, line -> LOGGER.log(Level.WARNING, line));
    }

    /** Why the database must be made anew of what lies beside it; empty when it is sound, or there never was one. */
    private static Optional<String> loss(DataDirectory directory, Files files) {
        return switch (DatabaseInspection.inspect(directory.database(), CHECK_BOUND)) {
            case DatabaseCondition.Sound sound -> {
                if (!sound.wholeFileChecked()) {
                    LOGGER.log(
                            Level.WARNING,
                            "the database is too large to be checked whole at the start: 'sistemo doctor' does that while"
                                    + " no daemon runs");
                }
                yield Optional.empty();
            }
            case DatabaseCondition.Unclean unclean -> Optional.of(unclean.reason());
            case DatabaseCondition.Missing missing ->
                RemainsSearch.any(directory, files) ? Optional.of(directory.database() + " is gone") : Optional.empty();
            case DatabaseCondition.Empty empty ->
                RemainsSearch.any(directory, files)
                        ? Optional.of(directory.database() + " is empty")
                        : Optional.empty();
        };
    }

    /** The installation's id, with a copy where a rebuild finds it; the copy is there before anything bears the id. */
    static InstallationId requireInstallation(Database database, DataDirectory directory, Host host) {
        InstallationId id = database.write(InstallationTable::requireId);
        Optional<String> copy =
                host.files().readText(directory.installationId()).map(String::strip);
        if (!copy.equals(Optional.of(id.value()))) {
            copy.ifPresent(other -> LOGGER.log(
                    Level.WARNING,
                    "{0} says that this is the installation {1}, and the database says {2}: the database is believed",
                    directory.installationId(),
                    other,
                    id.value()));
            host.files()
                    .writeAtomically(
                            directory.installationId(),
                            (id.value() + "\n").getBytes(StandardCharsets.UTF_8),
                            READABLE,
                            0);
        }
        return id;
    }

    /** What {@code doctor} says of a database that no daemon uses. */
    static String describe(DataDirectory directory, Files files) {
        return switch (DatabaseInspection.inspectThoroughly(directory.database())) {
            case DatabaseCondition.Sound _ -> "sound";
            case DatabaseCondition.Unclean unclean -> throw new StoreException("it is unclean: " + unclean.reason());
            case DatabaseCondition.Missing _, DatabaseCondition.Empty _ -> {
                if (RemainsSearch.any(directory, files)) {
                    throw new StoreException("it is gone, and there are remains of an installation");
                }
                yield "none yet";
            }
        };
    }
}
