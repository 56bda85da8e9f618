package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ObservedClaim;
import io.sistemo.host.HostException;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.ForwardTable;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.store.StoreException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one writer of one machine. Woken by requests, by the end of its VMM, by timers and at the daemon's start, it asks the
 * planner for the next step and carries it out, until there is nothing to do now.
 */
final class MachineDriver {
    private static final Logger LOGGER = System.getLogger(MachineDriver.class.getName());
    private static final int MOST_TROUBLES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final MachineId id;
    private final MachineEnvironment environment;
    private final BootQueue boots;
    private final SerialWork work;
    private final Consumer<MachineId> onVanished;

    /** What was observed during this pass, by claim; what a step touched is looked at again. */
    private final Map<Long, Observation> observed = new HashMap<>();

    private Optional<ReadinessProbe> probe = Optional.empty();
    private final VmmWatch vmmWatch;
    private final GuestControl guest;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean closed;
    private int troubles;
    private Optional<OperationId> lastOperation = Optional.empty();

    MachineDriver(MachineId id, MachineEnvironment environment, BootQueue boots, Consumer<MachineId> onVanished) {
        this.id = id;
        this.environment = environment;
        this.boots = boots;
        this.onVanished = onVanished;
        this.work = new SerialWork("machine " + id, this::pass);
        this.guest = new GuestControl(environment, this::wake);
        this.vmmWatch = new VmmWatch(environment.host().processes(), this::wake);
    }

    /** Something may have changed. */
    void wake() {
        work.wake();
    }

    /** Takes up a machine that was seen to be all that it should be. To be called before the first wake. */
    void adopt(ProcessIdentity vmm) {
        try {
            vmmWatch.begin(vmm);
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "machine {0}: its VMM cannot be watched: {1}", id, e.getMessage());
            wake();
        }
    }

    /** Whether a VMM was seen to run, and has not been heard to end. */
    boolean watches(ProcessIdentity vmm) {
        return vmmWatch.sees(vmm);
    }

    /** Whether its guest stands still. */
    GuestHold hold() {
        return guest.hold();
    }

    /** Whether no pass runs and none was asked for. */
    boolean idle() {
        return work.idle();
    }

    /** What keeps it from becoming what it should be, when it has given up for now. */
    Optional<String> trouble() {
        return trouble;
    }

    /** Takes no further step and lets go of everything in this process; the machine itself is not touched. */
    void close() {
        closed = true;
        vmmWatch.close();
        probe.ifPresent(ReadinessProbe::cancel);
    }

    private void pass() {
        observed.clear();
        boolean more = true;
        while (more && !closed) {
            try {
                more = advance();
            } catch (StoreException | HostException | UncheckedIOException e) {
                more = stuck(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                // A defect of ours. The driver must live on, or nobody would ever hear of this machine again.
                LOGGER.log(Level.ERROR, "machine " + id, e);
                more = stuck("an internal error, see the daemon's log: " + e);
            }
        }
    }

    /** Nothing can be done for now; after some attempts whoever waits gets an answer. */
    private boolean stuck(String reason) {
        boolean again = troubled(reason);
        if (troubles <= MOST_TROUBLES) {
            return again;
        }
        try {
            return environment
                    .database()
                    .read(connection -> MachineRecord.find(connection, id))
                    .map(record -> new MachineChanges(environment, record).giveUp(reason))
                    .orElse(false);
        } catch (StoreException e) {
            LOGGER.log(Level.ERROR, "machine {0}: {1}", id, e.getMessage());
            return false;
        }
    }

    /** One step; tells whether the next one can follow at once. */
    private boolean advance() {
        Optional<MachineRecord> found = environment.database().read(connection -> MachineRecord.find(connection, id));
        if (found.isEmpty()) {
            boots.leave(id);
            onVanished.accept(id);
            return false;
        }
        MachineRecord record = found.get();
        beginAnew(record);
        if (!record.bootsUnasked()) {
            boots.leave(id);
        } else if (!boots.enter(id, this::wake)) {
            return false;
        }
        if (record.machine().intent() != Intent.RUNNING) {
            probe.ifPresent(ReadinessProbe::cancel);
            probe = Optional.empty();
        }
        MachineBlueprint blueprint = new MachineBlueprint(environment, record);
        List<ObservedClaim> claims = observe(record, blueprint);
        watchVmm(claims, blueprint, record.machine().intent());
        MachineStep step = MachinePlanner.next(new MachineView(
                record.machine(),
                blueprint.wanted(),
                claims,
                environment.host().bootId().value(),
                guest.isHeldAsWanted(record),
                guest.wasAskedInVain(blueprint)));
        return carryOut(step, record, blueprint);
    }

    /** Who asks again gets as many attempts as who asked first. */
    private void beginAnew(MachineRecord record) {
        Optional<OperationId> operation = record.operation().map(Operation::id);
        if (operation.isPresent() && !operation.equals(lastOperation)) {
            troubles = 0;
        }
        lastOperation = operation;
    }

    private List<ObservedClaim> observe(MachineRecord record, MachineBlueprint blueprint) {
        return record.claims().stream()
                .map(claim ->
                        new ObservedClaim(claim, observed.computeIfAbsent(claim.id(), _ -> observe(claim, blueprint))))
                .toList();
    }

    private static Observation observe(Claim claim, MachineBlueprint blueprint) {
        try {
            return blueprint.resource(claim).observe();
        } catch (HostException e) {
            return new Observation.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private void watchVmm(List<ObservedClaim> claims, MachineBlueprint blueprint, Intent intent) {
        Optional<ObservedClaim> held = claims.stream()
                .filter(observedClaim -> observedClaim.claim().kind() == io.sistemo.claim.ClaimKind.VMM
                        && observedClaim.claim().state() == ClaimState.HELD)
                .findFirst();
        switch (held.map(ObservedClaim::observation).orElse(Observation.ABSENT)) {
            case Observation.Present _ -> blueprint.vmm().ifPresent(vmm -> watchUnlessWatched(vmm, intent));
            case Observation.Absent _, Observation.Partial _ -> vmmWatch.gone();
            case Observation.Unknown _ -> {
                // What was known of it still is.
            }
        }
    }

    private void watchUnlessWatched(ProcessIdentity vmm, Intent intent) {
        if (vmmWatch.isFor(vmm)) {
            return;
        }
        guest.hold().forget();
        try {
            vmmWatch.begin(vmm);
        } catch (HostException e) {
            // What is being taken away need not be watched: timers look at it too.
            if (intent == Intent.RUNNING) {
                throw e;
            }
            LOGGER.log(Level.WARNING, "machine {0}: its VMM cannot be watched: {1}", id, e.getMessage());
        }
    }

    private boolean carryOut(MachineStep step, MachineRecord record, MachineBlueprint blueprint) {
        MachineChanges changes = new MachineChanges(environment, record);
        ClaimWork claimWork = new ClaimWork(environment, record, blueprint, changes, observed);
        return switch (step) {
            case MachineStep.OfClaims ofClaims ->
                handle(claimWork.carryOut(ofClaims.step()), record.machine(), changes);
            case MachineStep.ShutDownGuest shutDown -> {
                wakeAfter(guest.shutDown(record, blueprint));
                yield false;
            }
            case MachineStep.VmmEnded ended -> {
                probe.ifPresent(ReadinessProbe::cancel);
                probe = Optional.empty();
                environment.guests().forget(blueprint.guest());
                changes.vmmEnded(VmmEnd.of(vmmWatch.exitCode(), blueprint.console(), blueprint.vmmLog()));
                yield true;
            }
            case MachineStep.Reinstate reinstate -> {
                LOGGER.log(
                        Level.WARNING,
                        "{0} {1} is gone and will be made again",
                        record.machine().name(),
                        reinstate.claim().kind());
                changes.reinstate(reinstate.claim());
                yield true;
            }
            case MachineStep.AwaitReady awaitReady -> awaitReady(record, blueprint, changes);
            case MachineStep.AwaitRestart _ -> awaitRestart(record.machine(), blueprint, changes);
            case MachineStep.HoldGuest _ -> {
                guest.hold(record.machine(), blueprint);
                yield true;
            }
            case MachineStep.StartAgain startAgain -> {
                changes.startAgain(guest.ended(blueprint));
                yield true;
            }
            case MachineStep.Vanish vanish -> {
                var _ = guest.ended(blueprint);
                followForwards();
                changes.vanish();
                onVanished.accept(id);
                yield false;
            }
            case MachineStep.Finish finish -> {
                Optional<String> howItStopped =
                        record.machine().intent() == Intent.STOPPED ? guest.ended(blueprint) : Optional.empty();
                if (record.operation().isPresent() || record.machine().intent() == Intent.STOPPED) {
                    followForwards();
                }
                troubles = 0;
                trouble = lostTap(record, blueprint);
                changes.finish(howItStopped);
                yield false;
            }
        };
    }

    /**
     * Forwards are in force while their machine should run. Has the host's network follow that, before anybody hears that the
     * machine runs, or does not, or is gone and its address another's.
     */
    private void followForwards() {
        if (!environment.database().read(connection -> ForwardTable.hasAny(connection, id.toString()))) {
            return;
        }
        try {
            environment.network().ensure();
        } catch (Refusal e) {
            throw new HostException(e.sentence().replaceFirst("\\.$", ""), e);
        }
    }

    /** What a driver cannot mend without ending the VMM, which only the user may ask for. */
    private static Optional<String> lostTap(MachineRecord record, MachineBlueprint blueprint) {
        boolean connected = record.machine().intent() != Intent.RUNNING
                || blueprint.network().isTapOpen();
        return connected
                ? Optional.empty()
                : Optional.of(Findings.lostTap(record.machine().name()));
    }

    private boolean awaitRestart(Machine machine, MachineBlueprint blueprint, MachineChanges changes) {
        var _ = guest.ended(blueprint);
        Supervision supervision = machine.supervision();
        Duration left = environment
                .settings()
                .restarts()
                .left(supervision.attempts(), supervision.waitsUntil().orElseThrow(), Instant.now());
        if (left.isPositive()) {
            wakeAfter(left);
            return false;
        }
        changes.beginRestart();
        return true;
    }

    private boolean handle(ClaimWork.Result result, Machine machine, MachineChanges changes) {
        return switch (result) {
            case ClaimWork.Result.Done done -> true;
            case ClaimWork.Result.NotBuilt notBuilt -> {
                if (machine.intent() != Intent.RUNNING || machine.booted()) {
                    // A repair: what failed is not why the machine should stop, nor would stopping it again help.
                    yield stuck(notBuilt.reason());
                }
                changes.failed(new Refusal(notBuilt.code(), machine.name() + ": " + notBuilt.reason()));
                yield true;
            }
            case ClaimWork.Result.Stuck stuck -> stuck(stuck.reason());
        };
    }

    /** Something that has to work did not; it is tried again later, less and less often. */
    private boolean troubled(String reason) {
        troubles++;
        trouble = Optional.of(reason);
        LOGGER.log(Level.WARNING, "machine {0}: {1}", id, reason);
        if (troubles <= MOST_TROUBLES) {
            wakeAfter(FIRST_PAUSE.multipliedBy(1L << (troubles - 1)));
        }
        return false;
    }

    private void wakeAfter(Duration pause) {
        var _ = environment.timer().schedule(this::wake, Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS);
    }

    private boolean awaitReady(MachineRecord record, MachineBlueprint blueprint, MachineChanges changes) {
        if (probe.isEmpty()) {
            // While the guest boots, so that it costs nobody time.
            followForwards();
            record.operation()
                    .map(Operation::id)
                    .ifPresent(operation -> environment
                            .operations()
                            .phase(operation, "waiting for the guest to answer", OptionalInt.empty()));
            probe = Optional.of(ReadinessProbe.start(
                    environment.guests(),
                    blueprint.guest(),
                    environment.settings().readyTimeout(),
                    this::wake));
            return false;
        }
        Optional<ReadinessProbe.Outcome> outcome = probe.get().outcome();
        if (outcome.isEmpty()) {
            return false;
        }
        probe = Optional.empty();
        switch (outcome.get()) {
            case ReadinessProbe.Outcome.Ready ready -> changes.ready();
            case ReadinessProbe.Outcome.NotReady notReady ->
                changes.failed(new Refusal(
                        io.sistemo.operation.RefusalCode.TIMED_OUT,
                        changes.neverAnswered(notReady.reason(), blueprint)));
        }
        return true;
    }
}
