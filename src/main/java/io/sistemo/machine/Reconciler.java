package io.sistemo.machine;

import io.sistemo.host.HostException;
import io.sistemo.operation.Refusal;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Compares the ledger with the host again and again, and wakes the drivers of machines that are not what they should be; it
 * changes nothing of a machine itself. It also removes orphans. What could not be listed is taken for neither there nor gone:
 * then every driver looks for itself.
 */
final class Reconciler {
    private static final Logger LOGGER = System.getLogger(Reconciler.class.getName());

    private final MachineEnvironment environment;
    private final Drivers drivers;
    private final Orphans orphans;
    private final KnownLedger knownLedger;
    private final SerialWork work = new SerialWork("reconciler", this::pass);
    private volatile boolean closed;

    /** Who looks after single machines. */
    interface Drivers {
        /** Something about a machine may have changed. */
        void wake(MachineId id);

        /** Something about any machine may have changed. */
        void wakeAll();

        /** Machines that their drivers could not make what they should be. */
        Set<MachineId> troubled();
    }

    /**
     * One comparison.
     *
     * @param ledger what was read
     * @param findings what came of it
     * @param orphans what no machine holds
     */
    record Look(Ledger ledger, Findings findings, Orphans.Found orphans) {}

    /** A reconciler that waits to be woken. */
    Reconciler(MachineEnvironment environment, Drivers drivers) {
        this.environment = environment;
        this.drivers = drivers;
        this.orphans = new Orphans(environment);
        this.knownLedger = new KnownLedger(environment.database(), environment.installation());
    }

    /** Asks for a comparison; returns at once. */
    void wake() {
        work.wake();
    }

    boolean idle() {
        return work.idle();
    }

    /** Begins no further comparison. */
    void close() {
        closed = true;
    }

    /**
     * Compares, and does nothing about it.
     *
     * @throws HostException when something of the host cannot be listed
     */
    Look look() {
        Ledger ledger = knownLedger.read();
        HostSurvey survey = HostSurvey.take(environment, ledger);
        String mark = environment.installation().mark();
        String bootId = environment.host().bootId().value();
        return new Look(ledger, Findings.of(ledger, survey, bootId, mark), Orphans.find(ledger, survey, mark));
    }

    /**
     * A sentence for each disagreement between ledger and host: what two looks agree in, since between the reading of the one
     * and the listing of the other a machine may have been started or ended.
     */
    List<String> drift() {
        List<String> first = sentences(look());
        return first.isEmpty()
                ? first
                : sentences(look()).stream().filter(first::contains).toList();
    }

    private static List<String> sentences(Look look) {
        List<String> drift = new ArrayList<>(look.findings().drift().values());
        look.orphans().removable().stream()
                .map(key -> "the " + Orphans.noun(key) + " " + key.name() + " is ours and no machine holds it")
                .forEach(drift::add);
        look.orphans().kept().stream()
                .map(key -> "the " + Orphans.noun(key) + " " + key.name()
                        + " is of a machine that has a directory and no row; it is kept")
                .forEach(drift::add);
        return drift;
    }

    private void pass() {
        if (closed) {
            return;
        }
        // Before machines are looked at: their links are ports of what this makes whole.
        try {
            environment.network().ensure();
        } catch (Refusal | HostException | StoreException e) {
            LOGGER.log(Level.WARNING, "the host''s own network: {0}", e.getMessage());
        }
        try {
            act(look());
        } catch (HostException | StoreException e) {
            LOGGER.log(Level.WARNING, "the host cannot be compared with the ledger: {0}", e.getMessage());
            drivers.wakeAll();
        } catch (RuntimeException e) {
            // A defect of ours, which must not end the comparisons for good.
            LOGGER.log(Level.ERROR, "the reconciler", e);
            drivers.wakeAll();
        }
    }

    private void act(Look look) {
        look.findings().unsettled().forEach(drivers::wake);
        look.findings().drift().forEach((id, sentence) -> {
            LOGGER.log(Level.WARNING, sentence);
            drivers.wake(id);
        });
        drivers.troubled().forEach(drivers::wake);
        removeOrphans(look);
    }

    /** Those of a comparison that was just made. */
    void removeOrphans(Look look) {
        orphans.remove(look.orphans().removable()).forEach(drivers::wake);
    }
}
