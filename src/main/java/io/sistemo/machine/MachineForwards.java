package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.HostException;
import io.sistemo.network.Forward;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.Ipv4;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The forwards of all machines, added and removed whatever else goes on with the machines. What is asked for is a row and an
 * operation first; one thread then has the host's network follow the rows, for all that were asked for meanwhile at once, and
 * ends their operations. What the host refuses is taken back; what a daemon leaves unfinished the next one carries on.
 */
final class MachineForwards {
    /** The type of operations' targets: the target's id is the host's end, its name the machine's. */
    static final String TARGET = "forward";

    private static final Logger LOGGER = System.getLogger(MachineForwards.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final MachineEnvironment environment;
    private final ForwardRequests requests;
    private final Consumer<MachineId> onChanged;
    private final SerialWork work = new SerialWork("forwards", this::pass);
    private Duration pause = FIRST_PAUSE;
    private volatile boolean closed;

    /**
     * Forwards that wait to be asked for.
     *
     * @param onChanged told of each machine whose forwards are others now
     */
    MachineForwards(MachineEnvironment environment, Consumer<MachineId> onChanged) {
        this.environment = environment;
        this.requests = new ForwardRequests(environment);
        this.onChanged = onChanged;
    }

    /** Carries on what is unfinished, as an earlier daemon left it. */
    void wake() {
        work.wake();
    }

    boolean idle() {
        return work.idle();
    }

    /** Takes no further step. */
    void close() {
        closed = true;
    }

    OperationId expose(String reference, ForwardSpec spec) {
        Forward forward = requests.require(spec);
        OperationId operation = environment.operations().accept(connection -> {
            Machine machine = requireLasting(connection, reference);
            Operation begun = beginning(connection, OperationKind.MACHINE_EXPOSE, machine, forward);
            ForwardRequests.insert(
                    connection, machine, forward, Optional.of(begun.id().toString()));
            OperationTable.begin(connection, begun);
            return begun.id();
        });
        work.wake();
        return operation;
    }

    OperationId unexpose(String reference, String protocolWord, Optional<String> addressText, int hostPort) {
        Forward.Protocol protocol = ForwardRequests.protocol(protocolWord);
        Optional<Ipv4> address = ForwardRequests.address(addressText);
        ForwardRequests.port("of the host", hostPort);
        OperationId operation = environment.operations().accept(connection -> {
            Machine machine = requireLasting(connection, reference);
            Forward forward = find(connection, machine, protocol, address, hostPort);
            Operation begun = beginning(connection, OperationKind.MACHINE_UNEXPOSE, machine, forward);
            if (!ForwardTable.beginRemoval(
                    connection, machine.id().toString(), forward, begun.id().toString())) {
                throw new IllegalStateException("the forward " + forward + " was at rest a moment ago");
            }
            OperationTable.begin(connection, begun);
            return begun.id();
        });
        work.wake();
        return operation;
    }

    /** A machine that is being removed takes its forwards with it. */
    private static Machine requireLasting(Connection connection, String reference) throws SQLException {
        Machine machine = MachineRequests.require(connection, reference);
        if (machine.intent() == Intent.GONE) {
            throw new Refusal(RefusalCode.WRONG_STATE, machine.name() + " is being deleted.");
        }
        return machine;
    }

    private static Operation beginning(Connection connection, OperationKind kind, Machine machine, Forward forward)
            throws SQLException {
        if (OperationTable.runningOn(connection, TARGET, forward.hostEnd()).isPresent()) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    "The forward at " + forward.hostEnd()
                            + " is being changed: wait until that has ended, then try again.");
        }
        return Operations.beginning(kind, TARGET, forward.hostEnd(), machine.name())
                .withMessage(forward.toString());
    }

    /** Without an address it is the one at every address, or else the only one at that port. */
    private static Forward find(
            Connection connection, Machine machine, Forward.Protocol protocol, Optional<Ipv4> address, int hostPort)
            throws SQLException {
        List<Forward> atPort = ForwardTable.ofMachine(connection, machine.id().toString()).stream()
                .filter(forward -> forward.protocol() == protocol && forward.hostPort() == hostPort)
                .filter(forward -> address.isEmpty() || forward.address().equals(address))
                .toList();
        if (atPort.isEmpty()) {
            throw new Refusal(
                    RefusalCode.NOT_FOUND,
                    "No port " + Forward.hostEnd(protocol, address, hostPort) + " of the host leads to "
                            + machine.name() + ": 'sistemo machine status " + machine.name()
                            + "' shows those that do.");
        }
        if (atPort.size() > 1) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "Several forwards lead from port " + hostPort + "/" + protocol.word() + " to " + machine.name()
                            + ": write the address too, as in "
                            + atPort.getFirst().hostEnd() + ".");
        }
        return atPort.getFirst();
    }

    private void pass() {
        if (closed) {
            return;
        }
        try {
            List<Operation> begun = environment.database().read(MachineForwards::running);
            if (!begun.isEmpty()) {
                carryOut(begun);
            }
            pause = FIRST_PAUSE;
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "forwards: {0}", e.getMessage());
            tryAgain();
        } catch (RuntimeException e) {
            // A defect of ours. It must live on, or nobody would ever hear of these operations again.
            LOGGER.log(Level.ERROR, "forwards", e);
            tryAgain();
        }
    }

    private void tryAgain() {
        var _ = environment.timer().schedule(this::wake, pause.toMillis(), TimeUnit.MILLISECONDS);
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private static List<Operation> running(Connection connection) throws SQLException {
        return OperationTable.running(connection).stream()
                .filter(operation -> operation.targetType().equals(TARGET))
                .toList();
    }

    private void carryOut(List<Operation> begun) {
        Optional<String> failure = apply();
        List<MachineId> changed = environment.database().write(connection -> {
            List<MachineId> machines = new ArrayList<>();
            for (Operation operation : begun) {
                end(connection, operation, failure).ifPresent(machines::add);
            }
            return machines;
        });
        begun.forEach(operation -> environment.operations().ended(operation.id()));
        changed.forEach(onChanged);
    }

    /** Why it could not be applied. */
    private Optional<String> apply() {
        try {
            environment.network().ensure();
            return Optional.empty();
        } catch (Refusal e) {
            return Optional.of(e.sentence());
        } catch (HostException e) {
            return Optional.of("The host refused it: " + e.getMessage() + ".");
        }
    }

    /** Tells the machine whose forwards are others now. */
    private static Optional<MachineId> end(Connection connection, Operation operation, Optional<String> failure)
            throws SQLException {
        OperationId id = operation.id();
        Optional<MachineId> machine =
                ForwardTable.machineOf(connection, id.toString()).map(MachineId::parse);
        if (machine.isEmpty()) {
            if (operation.action().equals(OperationKind.MACHINE_EXPOSE.action())) {
                String sentence = operation.targetName() + " was deleted meanwhile.";
                OperationTable.noteFailure(connection, id, RefusalCode.WRONG_STATE, sentence);
            }
        } else if (failure.isPresent()) {
            ForwardTable.takeBack(connection, id.toString());
            OperationTable.noteFailure(connection, id, RefusalCode.HOST_UNUSABLE, failure.get());
        } else {
            ForwardTable.settle(connection, id.toString());
            renewSidecar(connection, machine.get());
        }
        OperationTable.end(connection, id);
        return failure.isPresent() ? Optional.empty() : machine;
    }

    /** What lies in a machine's directory tells its disks and forwards: that is to be written again, and nothing was lost. */
    static void renewSidecar(Connection connection, MachineId machine) throws SQLException {
        for (Claim claim : ClaimTable.ofOwner(connection, MachineRecord.owner(machine))) {
            if (claim.kind() == ClaimKind.MACHINE_DIRECTORY && claim.state() == ClaimState.HELD) {
                ClaimTable.reinstate(connection, claim);
            }
        }
    }
}
