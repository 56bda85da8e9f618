package io.sistemo.volume;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
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

/** What is being done with volumes: each is worked on by one operation at a time, on a thread of its own. */
final class VolumeWork {
    private static final Logger LOGGER = System.getLogger(VolumeWork.class.getName());

    private final VolumeEnvironment environment;
    /** By operation; locked from the commit that begins one until its thread is in here. */
    private final Map<OperationId, Worker> workers = new ConcurrentHashMap<>();

    VolumeWork(VolumeEnvironment environment) {
        this.environment = environment;
    }

    /** A thread that works on a volume. */
    private record Worker(Thread thread, boolean cancellable) {
        void cancel() {
            if (cancellable) {
                thread.interrupt();
            }
        }
    }

    /**
     * An accepted request.
     *
     * @param target what the operation is on
     * @param subject the volume that it makes or changes
     */
    record Accepted(Volume target, VolumeId subject) {}

    /** Checks a request and changes the rows that accept it. */
    interface Acceptance {
        Accepted accept(Connection connection) throws SQLException;
    }

    /** What is done once a request was accepted, to the end of its operation. */
    private interface Task {
        void run(Operation operation, VolumeId subject);
    }

    /** Takes back or carries on what was not finished, and what operations that have ended left. */
    void finish(String interrupted) {
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
                    .forEach(id -> drive(id, Optional.empty(), Optional.empty()));
        }
    }

    private void resume(Operation operation, String interrupted) {
        VolumeAction action = VolumeAction.of(operation);
        String what = interrupted + " the volume " + operation.targetName() + " was " + action.description();
        if (action == VolumeAction.EXPORT) {
            record("an export", () -> new VolumeExport(environment, operation).drop(what + ". Try it again."));
            return;
        }
        VolumeId id = subject(operation);
        if (action.takenBack()) {
            environment.database().write(connection -> {
                OperationTable.noteFailure(
                        connection,
                        operation.id(),
                        RefusalCode.UNAVAILABLE,
                        what + "; what was made was taken back. Try it again.");
                VolumeTable.doom(connection, id);
                return Boolean.TRUE;
            });
        }
        drive(id, Optional.of(operation), Optional.empty());
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

    private void drive(VolumeId id, Optional<Operation> operation, Optional<VolumeUpload> upload) {
        record("the volume " + id, () -> new VolumeDriver(environment, id, operation, upload).run());
    }

    /** Does some work. The operation stays as it is when that cannot be recorded, until volumes are tidied. */
    private static void record(String what, Runnable work) {
        try {
            work.run();
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "the work on {0} cannot be ended now: {1}", what, e.getMessage());
        }
    }

    /** Ends work that can be cancelled, and waits for the rest. */
    void close() throws InterruptedException {
        List<Worker> working;
        synchronized (workers) {
            working = List.copyOf(workers.values());
        }
        for (Worker worker : working) {
            worker.cancel();
            worker.thread().join();
        }
    }

    boolean idle() {
        return workers.isEmpty();
    }

    /** Commits what is intended, with the operation, and goes on with it on a thread of its own. */
    OperationId begin(VolumeAction action, String bootId, Acceptance acceptance) {
        return begin(
                action,
                bootId,
                acceptance,
                (operation, subject) -> drive(subject, Optional.of(operation), Optional.empty()));
    }

    /** The same with what a client sends. */
    OperationId begin(VolumeAction action, String bootId, VolumeUpload upload, Acceptance acceptance) {
        return begin(
                action,
                bootId,
                acceptance,
                (operation, subject) -> drive(subject, Optional.of(operation), Optional.of(upload)));
    }

    /** The same with where a volume is sent. */
    OperationId begin(VolumeAction action, String bootId, VolumeSink sink, Acceptance acceptance) {
        return begin(
                action,
                bootId,
                acceptance,
                (operation, subject) -> record(
                        "the volume " + subject, () -> new VolumeExport(environment, operation).run(subject, sink)));
    }

    private OperationId begin(VolumeAction action, String bootId, Acceptance acceptance, Task task) {
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
                            task.run(begun, accepted.subject());
                        } finally {
                            workers.remove(begun.id());
                        }
                    });
            workers.put(begun.id(), new Worker(thread, action.cancellable()));
            thread.start();
            return begun.id();
        }
    }

    /** Its disk is to be made, or to be made larger: what was held is intended again. A delete changes no claim yet. */
    private static void intend(Connection connection, Accepted request, Operation operation, String bootId)
            throws SQLException {
        VolumeId id = request.subject();
        switch (VolumeAction.of(operation)) {
            case CREATE, CLONE, IMPORT ->
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
            case EXPORT, DELETE, ATTACH, DETACH, RECOVER -> {
                // Nothing is to be made.
            }
        }
    }

    /**
     * Asks for the end of one.
     *
     * @throws Refusal WRONG_STATE
     */
    void cancel(Operation operation) {
        if (!VolumeAction.of(operation).cancellable()) {
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
