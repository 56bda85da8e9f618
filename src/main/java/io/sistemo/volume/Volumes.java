package io.sistemo.volume;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The volumes of one daemon. Each is worked on by one operation at a time, on a thread of its own. */
public final class Volumes implements VolumeService {
    private static final Logger LOGGER = System.getLogger(Volumes.class.getName());
    private static final int SMALLEST_MIB = 16;
    private static final int SHORT_ID_LENGTH = 8;

    private final VolumeEnvironment environment;
    /** By operation; locked from the commit that begins one until its thread is in here. */
    private final Map<OperationId, Worker> workers = new ConcurrentHashMap<>();

    /** A thread that works on a volume. */
    private record Worker(Thread thread, boolean cancellable) {
        void cancel() {
            if (cancellable) {
                thread.interrupt();
            }
        }
    }

    /** The volumes of a database; see {@link #start}. */
    public Volumes(VolumeEnvironment environment) {
        this.environment = environment;
        environment.operations().onCancel(Volume.TARGET, this::cancel);
    }

    /**
     * Takes back or carries on what an earlier daemon left unfinished. To be called once, before machines are taken up: no
     * machine's disk is worked on then.
     */
    public void start() {
        finish("The daemon stopped while");
    }

    /**
     * Tries again what could not be made good, or be recorded as ended; to be called now and then. What fails is logged, and
     * tried the next time.
     */
    public void tidy() {
        try {
            finish("The database failed while");
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "what volumes left cannot be tidied: {0}", e.getMessage());
        }
    }

    private void finish(String interrupted) {
        // No request on a volume is accepted meanwhile.
        synchronized (workers) {
            // Before the rows are read: who ends an operation leaves only after that.
            Set<OperationId> underWay = Set.copyOf(workers.keySet());
            for (Operation operation : environment.database().read(OperationTable::running)) {
                if (operation.targetType().equals(Volume.TARGET) && !underWay.contains(operation.id())) {
                    resume(operation, interrupted);
                }
            }
            environment
                    .database()
                    .read(connection -> VolumeLeftovers.find(connection, environment.holders()))
                    .forEach(id -> work(id, Optional.empty()));
        }
    }

    private void resume(Operation operation, String interrupted) {
        VolumeId id = subject(operation);
        if (VolumeAction.of(operation).takenBack()) {
            environment.database().write(connection -> {
                OperationTable.noteFailure(
                        connection,
                        operation.id(),
                        RefusalCode.UNAVAILABLE,
                        interrupted + " the volume " + operation.targetName() + " was "
                                + VolumeAction.of(operation).description()
                                + "; what was made was taken back. Try it again.");
                VolumeTable.doom(connection, id);
                return Boolean.TRUE;
            });
        }
        work(id, Optional.of(operation));
    }

    /** The volume that an operation makes or changes: its target, but that of a clone is what is copied. */
    private VolumeId subject(Operation operation) {
        if (VolumeAction.of(operation) != VolumeAction.CLONE) {
            return VolumeId.parse(operation.targetId());
        }
        return environment.database().read(connection -> ClaimTable.ofKind(connection, ClaimKind.DISK)).stream()
                .filter(claim ->
                        claim.operation().equals(Optional.of(operation.id().toString())))
                .map(claim -> VolumeId.parse(claim.key().name()))
                .findFirst()
                .orElseThrow(() -> new StoreException("the clone " + operation.id() + " has no claim"));
    }

    private void work(VolumeId id, Optional<Operation> operation) {
        try {
            new VolumeDriver(environment, id, operation).run();
        } catch (StoreException e) {
            // The operation stays as it is, and is taken up when volumes are tidied, or by the next daemon.
            LOGGER.log(Level.WARNING, "the work on the volume {0} cannot be ended now: {1}", id, e.getMessage());
        }
    }

    /** Ends work that can be taken back, and waits for the rest. */
    public void close() throws InterruptedException {
        List<Worker> working;
        synchronized (workers) {
            working = List.copyOf(workers.values());
        }
        for (Worker worker : working) {
            worker.cancel();
            worker.thread().join();
        }
    }

    /** Whether nothing is being worked on. */
    public boolean idle() {
        return workers.isEmpty();
    }

    @Override
    public List<VolumeDetails> list() {
        return environment
                .database()
                .read(connection -> new VolumeState(environment, connection).derive(VolumeTable.all(connection)));
    }

    @Override
    public VolumeDetails require(String reference) {
        return environment
                .database()
                .read(connection -> new VolumeState(environment, connection)
                        .derive(List.of(VolumeRequests.require(connection, reference))))
                .getFirst();
    }

    @Override
    public OperationId create(Optional<String> name, long sizeMib) {
        requireWithin(sizeMib);
        requireRoom("A volume of " + sizeMib + " MiB", sizeMib);
        VolumeId id = VolumeId.random();
        Volume volume = Volume.asked(
                id,
                name.orElseGet(() -> "volume-" + id.toString().substring(0, SHORT_ID_LENGTH)),
                Volume.Role.DATA,
                (int) sizeMib,
                Optional.empty(),
                Optional.empty(),
                id.toString());
        return begin(VolumeAction.CREATE, connection -> {
            VolumeRequests.requireFreeName(connection, volume.name());
            VolumeTable.insert(connection, volume);
            return new Accepted(volume, id);
        });
    }

    @Override
    public OperationId resize(String reference, long sizeMib) {
        requireWithin(sizeMib);
        VolumeDetails before = require(reference);
        requireRoom(
                "Making the volume " + before.volume().name() + " larger by "
                        + Math.max(0, sizeMib - before.volume().sizeMib()) + " MiB",
                sizeMib - before.volume().sizeMib());
        return begin(VolumeAction.RESIZE, connection -> {
            Volume volume = VolumeRequests.requireReady(connection, reference);
            requireStopped(connection, volume, "resized");
            if (sizeMib < volume.sizeMib()) {
                throw new Refusal(
                        RefusalCode.BAD_INPUT,
                        "The volume " + volume.name() + " has " + volume.sizeMib()
                                + " MiB, and a volume only grows: ask for more than that.");
            }
            VolumeTable.resize(connection, volume.id(), (int) sizeMib);
            return new Accepted(volume, volume.id());
        });
    }

    private void requireStopped(Connection connection, Volume volume, String done) throws SQLException {
        if (volume.machineId().isPresent()) {
            environment
                    .holders()
                    .requireStopped(
                            connection, volume.machineId().get(), "the volume " + volume.name() + " is " + done);
        }
    }

    @Override
    public OperationId copy(String reference, String name) {
        VolumeDetails original = require(reference);
        long neededMib = (original.allocatedBytes().orElse(0) + (1 << 20) - 1) >> 20;
        requireRoom(
                "A copy of the volume " + original.volume().name() + " takes " + neededMib + " MiB, which", neededMib);
        return begin(VolumeAction.CLONE, connection -> {
            Volume source = VolumeRequests.requireReady(connection, reference);
            requireStopped(connection, source, "copied");
            VolumeRequests.requireFreeName(connection, name);
            VolumeId id = VolumeId.random();
            VolumeTable.insert(
                    connection,
                    Volume.asked(
                            id,
                            name,
                            source.role(),
                            source.sizeMib(),
                            Optional.empty(),
                            source.imageDigest(),
                            id.toString()));
            return new Accepted(source, id);
        });
    }

    @Override
    public VolumeRecovery recover() {
        return asked(() -> new VolumeAdoption(environment).recover(id -> require(id.toString())));
    }

    /** Sentences about disks and rows that do not fit each other, for the doctor. */
    public List<String> disagreements() {
        try {
            return VolumeInventory.take(environment).sentences();
        } catch (HostException e) {
            return List.of("the volumes cannot be looked at: " + e.getMessage());
        }
    }

    @Override
    public OperationId delete(String reference) {
        return begin(VolumeAction.DELETE, connection -> {
            Volume volume = VolumeRequests.require(connection, reference);
            VolumeRequests.requireIdle(connection, List.of(volume));
            if (volume.attachment().isPresent()) {
                throw attached(connection, volume);
            }
            VolumeTable.doom(connection, volume.id());
            return new Accepted(volume, volume.id());
        });
    }

    private Refusal attached(Connection connection, Volume volume) throws SQLException {
        String machine = String.valueOf(
                environment.holders().names(connection).get(volume.machineId().orElseThrow()));
        String instead = volume.boots()
                ? "which boots from it: 'sistemo machine delete " + machine + "' deletes both."
                : "'sistemo machine volume detach " + machine + " " + volume.name() + "' detaches it.";
        return new Refusal(
                RefusalCode.IN_USE,
                "The volume " + volume.name() + " is attached to " + machine + (volume.boots() ? ", " : ": ")
                        + instead);
    }

    private void requireWithin(long sizeMib) {
        int largest = environment.settings().largestMib();
        if (sizeMib < SMALLEST_MIB || sizeMib > largest) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "A volume cannot have " + sizeMib + " MiB: the range is " + SMALLEST_MIB + " to " + largest
                            + " MiB.");
        }
    }

    /** A volume takes its room bit by bit; that it will all be there is asked before anything is touched. */
    private void requireRoom(String what, long neededMib) {
        if (neededMib <= 0) {
            return;
        }
        long freeMib =
                asked(() -> environment.host().freeBytes(environment.directory().root())) >> 20;
        int stay = environment.settings().minDiskFreeMib();
        if (freeMib - stay < neededMib) {
            throw new Refusal(
                    RefusalCode.DISK_FULL,
                    what + " does not fit: " + freeMib + " MiB are free where the data directory is, and " + stay
                            + " MiB of that must stay free.");
        }
    }

    /** What the host answers; nothing has been changed when it cannot. */
    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "Nothing can be done with volumes now: " + e.getMessage() + ".", e);
        }
    }

    /**
     * An accepted request.
     *
     * @param target what the operation is on
     * @param subject the volume that it makes or changes
     */
    private record Accepted(Volume target, VolumeId subject) {}

    /** Checks a request and changes the rows that accept it. */
    private interface Acceptance {
        Accepted accept(Connection connection) throws SQLException;
    }

    /** Commits what is intended, with the operation, and goes on with it on a thread of its own. */
    private OperationId begin(VolumeAction action, Acceptance acceptance) {
        String bootId = asked(() -> environment.host().bootId().value());
        synchronized (workers) {
            record Begun(Operation operation, VolumeId subject) {}
            Begun accepted = environment.operations().accept(connection -> {
                Accepted request = acceptance.accept(connection);
                Operation operation = Operations.beginning(
                        action.kind(),
                        Volume.TARGET,
                        request.target().id().toString(),
                        request.target().name());
                OperationTable.begin(connection, operation);
                intend(connection, request, operation, bootId);
                return new Begun(operation, request.subject());
            });
            Operation begun = accepted.operation();
            Thread thread = Thread.ofVirtual()
                    .name(action.kind().action() + " " + begun.targetName())
                    .unstarted(() -> {
                        try {
                            work(accepted.subject(), Optional.of(begun));
                        } finally {
                            workers.remove(begun.id());
                        }
                    });
            workers.put(begun.id(), new Worker(thread, action.takenBack()));
            thread.start();
            return begun.id();
        }
    }

    /** Its disk is to be made, or to be made larger: what was held is intended again. A delete changes no claim yet. */
    private static void intend(Connection connection, Accepted request, Operation operation, String bootId)
            throws SQLException {
        VolumeId id = request.subject();
        switch (VolumeAction.of(operation)) {
            case CREATE, CLONE ->
                ClaimTable.intend(
                        connection,
                        VolumeRecord.owner(id),
                        VolumeDisk.key(id),
                        bootId,
                        Optional.of(operation.id().toString()));
            case RESIZE -> {
                // The size that it had: see VolumeDriver, for when it cannot grow.
                String sizeMib = Integer.toString(request.target().sizeMib());
                for (Claim claim : ClaimTable.ofOwner(connection, VolumeRecord.owner(id))) {
                    ClaimTable.reinstate(connection, claim, sizeMib);
                }
            }
            case DELETE, ATTACH, DETACH, RECOVER -> {
                // Nothing is to be made.
            }
        }
    }

    private void cancel(Operation operation) {
        if (!VolumeAction.of(operation).takenBack()) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    "The volume " + operation.targetName() + " is "
                            + VolumeAction.of(operation).description() + ", which cannot be cancelled.");
        }
        synchronized (workers) {
            Optional.ofNullable(workers.get(operation.id())).ifPresent(Worker::cancel);
        }
    }
}
