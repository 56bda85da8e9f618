package io.sistemo.machine;

import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeRequests;
import io.sistemo.volume.VolumeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What happens to a request when an operation runs on the machine already.
 *
 * <pre>
 * running    start        stop         restart      delete       pause        resume
 * (none)     begin        begin        begin        begin        begin        begin
 * deploy     join         refuse       refuse       supersede    refuse       refuse
 * start      join         supersede    refuse       supersede    refuse       refuse
 * stop       refuse       join         refuse       supersede    refuse       refuse
 * restart    join         supersede    join         supersede    refuse       refuse
 * reboot     join         supersede    join         supersede    refuse       refuse
 * pause      refuse       supersede    supersede    supersede    join         refuse
 * resume     join         supersede    supersede    supersede    refuse       join
 * delete     refuse       refuse       refuse       join         refuse       refuse
 * </pre>
 *
 * To join is to wait for the operation that runs. To supersede is to end it as cancelled in the transaction in which the new
 * one begins.
 */
final class MachineRequests {
    /** What is asked for. */
    enum Action {
        DEPLOY(OperationKind.MACHINE_DEPLOY, "being deployed"),
        START(OperationKind.MACHINE_START, "being started"),
        STOP(OperationKind.MACHINE_STOP, "being stopped"),
        RESTART(OperationKind.MACHINE_RESTART, "being restarted"),
        REBOOT(OperationKind.MACHINE_REBOOT, "being started again"),
        PAUSE(OperationKind.MACHINE_PAUSE, "being paused"),
        RESUME(OperationKind.MACHINE_RESUME, "being resumed"),
        DELETE(OperationKind.MACHINE_DELETE, "being deleted");

        private final OperationKind kind;
        private final String description;

        Action(OperationKind kind, String description) {
            this.kind = kind;
            this.description = description;
        }

        /** Whether the machine's VMM is started by it. */
        boolean boots() {
            return switch (this) {
                case DEPLOY, START, RESTART, REBOOT -> true;
                case STOP, PAUSE, RESUME, DELETE -> false;
            };
        }

        static Action of(Operation operation) {
            for (Action action : values()) {
                if (action.kind.action().equals(operation.action())) {
                    return action;
                }
            }
            throw new IllegalStateException("not an action on a machine: " + operation.action());
        }

        /** For users: what goes on. */
        String description() {
            return description;
        }
    }

    /** What to do with a request. */
    enum Verdict {
        BEGIN,
        JOIN,
        SUPERSEDE,
        REFUSE
    }

    /**
     * An accepted request.
     *
     * @param operation what to wait for
     * @param superseded an operation that was ended for it
     */
    record Accepted(OperationId operation, Optional<OperationId> superseded) {}

    private MachineRequests() {}

    /** The table above. */
    static Verdict verdict(Optional<Action> running, Action asked) {
        if (running.isEmpty()) {
            return Verdict.BEGIN;
        }
        return switch (running.get()) {
            case DEPLOY ->
                switch (asked) {
                    case START -> Verdict.JOIN;
                    case DELETE -> Verdict.SUPERSEDE;
                    case DEPLOY, STOP, RESTART, REBOOT, PAUSE, RESUME -> Verdict.REFUSE;
                };
            case START ->
                switch (asked) {
                    case START -> Verdict.JOIN;
                    case STOP, DELETE -> Verdict.SUPERSEDE;
                    case DEPLOY, RESTART, REBOOT, PAUSE, RESUME -> Verdict.REFUSE;
                };
            case STOP ->
                switch (asked) {
                    case STOP -> Verdict.JOIN;
                    case DELETE -> Verdict.SUPERSEDE;
                    case DEPLOY, START, RESTART, REBOOT, PAUSE, RESUME -> Verdict.REFUSE;
                };
            case RESTART, REBOOT ->
                switch (asked) {
                    case START, RESTART -> Verdict.JOIN;
                    case STOP, DELETE -> Verdict.SUPERSEDE;
                    case DEPLOY, REBOOT, PAUSE, RESUME -> Verdict.REFUSE;
                };
            case PAUSE ->
                switch (asked) {
                    case PAUSE -> Verdict.JOIN;
                    case STOP, RESTART, DELETE -> Verdict.SUPERSEDE;
                    case DEPLOY, START, REBOOT, RESUME -> Verdict.REFUSE;
                };
            case RESUME ->
                switch (asked) {
                    case START, RESUME -> Verdict.JOIN;
                    case STOP, RESTART, DELETE -> Verdict.SUPERSEDE;
                    case DEPLOY, REBOOT, PAUSE -> Verdict.REFUSE;
                };
            case DELETE -> asked == Action.DELETE ? Verdict.JOIN : Verdict.REFUSE;
        };
    }

    /** Accepts or refuses a request on an existing machine, inside a transaction. */
    static Accepted accept(Connection connection, Machine machine, Action asked, boolean preserveStorage)
            throws SQLException {
        Optional<Operation> running = OperationTable.runningOn(
                connection, Machine.TARGET, machine.id().toString());
        Optional<Action> runningAction = running.map(Action::of);
        return switch (verdict(runningAction, asked)) {
            case JOIN -> {
                if (preserveStorage) {
                    requireRootKept(connection, machine);
                }
                yield new Accepted(running.orElseThrow().id(), Optional.empty());
            }
            case REFUSE ->
                throw new Refusal(
                        RefusalCode.WRONG_STATE,
                        machine.name() + " is " + runningAction.orElseThrow().description()
                                + ": wait until that has ended, then try again.");
            case SUPERSEDE -> {
                OperationId ended = running.orElseThrow().id();
                OperationTable.noteFailure(
                        connection,
                        ended,
                        RefusalCode.CANCELLED,
                        "Another request took over: " + machine.name() + " is " + asked.description() + ".");
                OperationTable.end(connection, ended);
                yield new Accepted(begin(connection, machine, asked, preserveStorage), Optional.of(ended));
            }
            case BEGIN -> new Accepted(begin(connection, machine, asked, preserveStorage), Optional.empty());
        };
    }

    /** What a machine must be for a request when nothing else goes on. */
    private static void requireFits(Machine machine, Action asked) {
        boolean runs = machine.wantsVmm() && machine.booted();
        switch (asked) {
            case PAUSE, RESUME -> {
                if (!runs) {
                    throw notRunning(machine);
                }
            }
            case START -> {
                if (runs && machine.supervision().paused()) {
                    throw paused(machine);
                }
            }
            case DEPLOY, STOP, RESTART, REBOOT, DELETE -> {
                // Whatever it is.
            }
        }
    }

    static Refusal notRunning(Machine machine) {
        return new Refusal(
                RefusalCode.WRONG_STATE,
                machine.name() + " is not running: 'sistemo machine start " + machine.name() + "' boots it.");
    }

    static Refusal paused(Machine machine) {
        return new Refusal(
                RefusalCode.WRONG_STATE,
                machine.name() + " is paused: 'sistemo machine resume " + machine.name() + "' lets it go on.");
    }

    private static OperationId begin(Connection connection, Machine machine, Action asked, boolean preserveStorage)
            throws SQLException {
        if (machine.intent() == Intent.GONE && asked != Action.DELETE) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    machine.name() + " is being removed, and something of it could not be released yet:"
                            + " 'sistemo machine delete " + machine.name() + "' tries again.");
        }
        requireFits(machine, asked);
        if (asked.boots() || asked == Action.DELETE) {
            VolumeRequests.requireIdle(
                    connection, VolumeTable.ofMachine(connection, machine.id().value()));
        }
        Operation operation =
                Operations.beginning(asked.kind, Machine.TARGET, machine.id().toString(), machine.name());
        OperationTable.begin(connection, operation);
        switch (asked) {
            case START -> {
                if (machine.intent() != Intent.RUNNING) {
                    MachineTable.unbooted(connection, machine.id());
                }
                MachineTable.intend(connection, machine.id(), Intent.RUNNING);
            }
            case STOP -> MachineTable.intend(connection, machine.id(), Intent.STOPPED);
            case RESTART -> MachineTable.intend(connection, machine.id(), Intent.RESTARTING);
            case DELETE -> {
                // What was never deployed takes its clone of an image with it, and nothing else.
                boolean kept =
                        machine.created() ? preserveStorage : machine.shape().bootsVolume();
                if (!kept) {
                    VolumeTable.doomRoot(connection, machine.id().value());
                }
                MachineTable.intend(connection, machine.id(), Intent.GONE);
            }
            case PAUSE -> MachineTable.pause(connection, machine.id(), true);
            case RESUME -> MachineTable.pause(connection, machine.id(), false);
            case DEPLOY -> throw new IllegalStateException("a deploy is accepted where the machine is made");
            case REBOOT -> throw new IllegalStateException("nobody asks for a reboot");
        }
        return operation.id();
    }

    private static void requireRootKept(Connection connection, Machine machine) throws SQLException {
        for (Volume volume : VolumeTable.ofMachine(connection, machine.id().value())) {
            if (volume.doomed()) {
                throw new Refusal(
                        RefusalCode.WRONG_STATE,
                        machine.name() + " is being deleted with its root volume already; it cannot be kept any more.");
            }
        }
    }

    /**
     * The machine that a reference names.
     *
     * @throws Refusal NOT_FOUND, or BAD_INPUT when it is a prefix of several ids
     */
    static Machine require(Connection connection, String reference) throws SQLException {
        List<Machine> matching = reference.isEmpty() ? List.of() : MachineTable.matching(connection, reference);
        if (matching.isEmpty()) {
            throw new Refusal(
                    RefusalCode.NOT_FOUND,
                    "There is no machine '" + MachineNames.shown(reference)
                            + "': 'sistemo machine list' shows those that exist.");
        }
        if (matching.size() > 1) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "'" + MachineNames.shown(reference)
                            + "' is the beginning of several machines' ids: write more of it.");
        }
        return matching.getFirst();
    }
}
