package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ObservedClaim;
import io.sistemo.claim.ResourceKey;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.LeaseTable;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.VolumeTable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The commits of one machine's driver: each method is one transaction, after which the machine is in a state that holds. */
final class MachineChanges {
    private static final Logger LOGGER = System.getLogger(MachineChanges.class.getName());

    private final MachineEnvironment environment;
    private final MachineRecord record;
    private final Machine machine;

    MachineChanges(MachineEnvironment environment, MachineRecord record) {
        this.environment = environment;
        this.record = record;
        this.machine = record.machine();
    }

    /** Changes some rows. */
    private interface Change {
        void make(Connection connection) throws SQLException;
    }

    private void commit(Change change) {
        environment.database().write(connection -> {
            change.make(connection);
            return Boolean.TRUE;
        });
    }

    private Optional<OperationId> operation() {
        return record.operation().map(Operation::id);
    }

    void intend(List<ResourceKey> keys, MachineBlueprint blueprint) {
        String bootId = environment.host().bootId().value();
        commit(connection -> {
            for (ResourceKey key : keys) {
                ClaimTable.intend(
                        connection,
                        blueprint.owner(key),
                        key,
                        bootId,
                        operation().map(OperationId::toString));
                if (key.kind() == ClaimKind.VMM) {
                    MachineTable.unbooted(connection, machine.id());
                }
            }
        });
    }

    void confirm(List<ObservedClaim> claims) {
        commit(connection -> {
            for (ObservedClaim observed : claims) {
                Optional<String> detail = observed.observation() instanceof Observation.Present present
                        ? present.detail()
                        : Optional.empty();
                ClaimTable.confirm(connection, observed.claim(), detail);
            }
        });
    }

    void markReleasing(List<Claim> claims) {
        commit(connection -> {
            for (Claim claim : claims) {
                ClaimTable.markReleasing(connection, claim);
            }
        });
    }

    void forget(List<Claim> claims) {
        commit(connection -> {
            for (Claim claim : claims) {
                ClaimTable.forget(connection, claim);
            }
        });
    }

    void reinstate(Claim claim) {
        commit(connection -> ClaimTable.reinstate(connection, claim));
    }

    /** The guest answered: from here on the machine exists, whatever happens. */
    void ready() {
        endOperation(connection -> MachineTable.booted(connection, machine.id()));
    }

    /**
     * It is stopped on the way of a restart.
     *
     * @param howItStopped for the operation
     */
    void startAgain(Optional<String> howItStopped) {
        commit(connection -> {
            noteMessage(connection, howItStopped);
            if (MachineTable.turn(connection, machine, Intent.RUNNING, Optional.empty())) {
                MachineTable.unbooted(connection, machine.id());
            }
        });
    }

    /**
     * It is what it should be. A failure that was noted is how the operation ends.
     *
     * @param message for the operation
     */
    void finish(Optional<String> message) {
        if (operation().isPresent()) {
            endOperation(connection -> noteMessage(connection, message));
        }
    }

    private void noteMessage(Connection connection, Optional<String> message) throws SQLException {
        Optional<OperationId> running = running(connection);
        if (message.isPresent() && running.isPresent()) {
            OperationTable.noteMessage(connection, running.get(), message.get());
        }
    }

    /** Nothing is held any more. Ends also a delete that was asked for while this was being decided. */
    void vanish() {
        Optional<OperationId> ended = environment.database().write(connection -> {
            Optional<OperationId> running = running(connection);
            ForwardTable.release(connection, machine.id().toString());
            LeaseTable.release(connection, machine.id().toString());
            VolumeTable.deleteDoomed(connection, machine.id().value());
            VolumeTable.detachAll(connection, machine.id().value());
            MachineTable.delete(connection, machine.id());
            if (running.isPresent()) {
                OperationTable.end(connection, running.get());
            }
            return running;
        });
        ended.ifPresent(environment.operations()::ended);
    }

    /** Ends what runs, unless a request came in between that wants something else: then this is not the end any more. */
    private void endOperation(Change change) {
        Optional<OperationId> ended = environment.database().write(connection -> {
            if (!MachineTable.intends(connection, machine)) {
                return Optional.empty();
            }
            Optional<OperationId> running = running(connection);
            change.make(connection);
            if (running.isPresent()) {
                OperationTable.end(connection, running.get());
            }
            return running;
        });
        ended.ifPresent(environment.operations()::ended);
    }

    private Optional<OperationId> running(Connection connection) throws SQLException {
        return OperationTable.runningOn(connection, Machine.TARGET, machine.id().toString())
                .map(Operation::id);
    }

    /** Why what runs now will fail; it may have begun since the machine was looked at. */
    private static void noteFailure(Connection connection, Machine machine, RefusalCode code, String sentence)
            throws SQLException {
        Optional<Operation> running = OperationTable.runningOn(
                connection, Machine.TARGET, machine.id().toString());
        if (running.isPresent()) {
            OperationTable.noteFailure(connection, running.get().id(), code, sentence);
        }
    }

    /** What was wanted did not work: a machine that never answered goes, another one stops. */
    static void fail(Connection connection, MachineRecord record, RefusalCode code, String sentence)
            throws SQLException {
        Machine machine = record.machine();
        Intent next = machine.created() ? Intent.STOPPED : Intent.GONE;
        if (!MachineTable.turn(connection, machine, next, Optional.of(sentence))) {
            return;
        }
        noteFailure(connection, machine, code, sentence);
        if (!machine.created() && !machine.shape().bootsVolume()) {
            VolumeTable.doomRoot(connection, machine.id().value());
        }
    }

    /**
     * It cannot be done for now. What was to be built is taken back; nothing is taken from a machine that runs; all else
     * is tried again later, and the user gets an answer.
     *
     * @return whether something else can be done at once
     */
    boolean giveUp(String reason) {
        if (machine.wantsVmm() && !machine.booted()) {
            failed(new Refusal(RefusalCode.HOST_UNUSABLE, machine.name() + ": " + reason));
            return true;
        }
        if (operation().isEmpty()) {
            return false;
        }
        endOperation(connection -> noteFailure(
                connection,
                machine,
                RefusalCode.FAILED,
                machine.name() + ": " + reason + ". It will be tried again; 'sistemo doctor' shows what is left."));
        return false;
    }

    /** The VMM ended though it should run. */
    void vmmEnded(VmmEnd end) {
        if (!machine.booted()) {
            failed(new Refusal(RefusalCode.FAILED, machine.name() + " did not boot: " + end.cause()));
            return;
        }
        LOGGER.log(Level.WARNING, "{0} ended by itself: {1}", machine.name(), end.cause());
        Optional<Duration> ranFor = Optional.of(Duration.between(machine.changedAt(), Instant.now()));
        comeBack(end.kind(), ranFor, RefusalCode.FAILED, machine.name() + " ended by itself: " + end.cause());
    }

    /** It could not be built, or did not answer. Who asked for it gets that as the answer; else its policy says what follows. */
    void failed(Refusal refusal) {
        comeBack(VmmEnd.Kind.FAILED, Optional.empty(), refusal.code(), refusal.sentence());
    }

    /** What becomes of a machine that does not run as it should: it fails, is stopped, or waits to be started again. */
    private void comeBack(VmmEnd.Kind kind, Optional<Duration> ranFor, RefusalCode code, String sentence) {
        Optional<OperationId> ended = environment.database().write(connection -> {
            Optional<Operation> running = OperationTable.runningOn(
                    connection, Machine.TARGET, machine.id().toString());
            // Who asks for what runs already has not begun this.
            boolean asked = !machine.booted()
                    && running.map(MachineRequests.Action::of)
                            .filter(action -> action != MachineRequests.Action.REBOOT && action.boots())
                            .isPresent();
            if (!machine.created() || asked) {
                fail(connection, record, code, sentence + ".");
                return Optional.empty();
            }
            RestartRules.Verdict verdict =
                    environment.settings().restarts().decide(machine.supervision(), kind, ranFor, Instant.now());
            return switch (verdict) {
                case RestartRules.Verdict.Stays(boolean failed, boolean gaveUp) -> {
                    stay(connection, failed, code, gaveUp ? sentence + ", as it did before again and again" : sentence);
                    yield Optional.empty();
                }
                case RestartRules.Verdict.Again(int attempts, Instant due) -> {
                    if (!MachineTable.awaitRestart(connection, machine.id(), attempts, due, sentence)) {
                        yield Optional.empty();
                    }
                    noteFailure(connection, machine, code, sentence + ".");
                    if (running.isPresent()) {
                        OperationTable.end(connection, running.get().id());
                    }
                    yield running.map(Operation::id);
                }
            };
        });
        ended.ifPresent(environment.operations()::ended);
    }

    private void stay(Connection connection, boolean failed, RefusalCode code, String sentence) throws SQLException {
        String start = ". 'sistemo machine start " + machine.name() + "' boots it again.";
        if (failed) {
            fail(connection, record, code, sentence + start);
        } else if (MachineTable.turn(connection, machine, Intent.STOPPED, Optional.empty())) {
            noteFailure(connection, machine, code, sentence + start);
        }
    }

    /** The time of the next attempt has come: from here on it is an operation, which a user's request may take over. */
    void beginRestart() {
        commit(connection -> {
            if (MachineTable.beginRestart(connection, machine.id())
                    && OperationTable.runningOn(
                                    connection, Machine.TARGET, machine.id().toString())
                            .isEmpty()) {
                OperationTable.begin(
                        connection,
                        Operations.beginning(
                                        OperationKind.MACHINE_REBOOT,
                                        Machine.TARGET,
                                        machine.id().toString(),
                                        machine.name())
                                .withMessage(machine.failure().orElse(machine.name() + " ended by itself")
                                        + (machine.supervision().attempts() > 1
                                                ? ", attempt "
                                                        + machine.supervision().attempts()
                                                : "")));
            }
        });
    }

    String neverAnswered(String reason, MachineBlueprint blueprint) {
        Optional<String> printed =
                blueprint.console().cause().or(() -> blueprint.console().lastLine());
        return machine.name() + ": " + reason
                + printed.map(line -> "; the last it printed: " + line).orElse("; it printed nothing");
    }
}
