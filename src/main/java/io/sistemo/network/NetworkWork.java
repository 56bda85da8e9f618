package io.sistemo.network;

import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.StoreException;
import io.sistemo.store.Transaction;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is being done with networks: each by one operation at a time, on a thread of its own, to the end of the operation. */
final class NetworkWork {
    private static final Logger LOGGER = System.getLogger(NetworkWork.class.getName());

    private final NetworkEnvironment environment;
    /** By operation; locked from the commit that begins one until its thread is in here. */
    private final Map<OperationId, Thread> workers = new ConcurrentHashMap<>();

    NetworkWork(NetworkEnvironment environment) {
        this.environment = environment;
    }

    /** Changes some rows. */
    private interface Change {
        void make(Connection connection) throws SQLException;
    }

    /** Commits what is intended, with the operation, and goes on with it on a thread of its own. */
    OperationId begin(OperationKind kind, Transaction<Operation> acceptance) {
        synchronized (workers) {
            Operation operation = environment.operations().accept(acceptance);
            Thread thread = Thread.ofVirtual()
                    .name(kind.action() + " " + operation.targetName())
                    .unstarted(() -> {
                        try {
                            drive(operation.targetId(), Optional.of(operation));
                        } finally {
                            workers.remove(operation.id());
                        }
                    });
            workers.put(operation.id(), thread);
            thread.start();
            return operation.id();
        }
    }

    /** Takes back or carries on what was not finished, and removes what an operation that has ended could not. */
    void finish(String interrupted) {
        // No request on a network is accepted meanwhile.
        synchronized (workers) {
            // Before the rows are read: who ends an operation leaves only after that.
            Set<OperationId> underWay = Set.copyOf(workers.keySet());
            for (Operation operation : environment.database().read(OperationTable::running)) {
                if (operation.targetType().equals(Network.TARGET) && !underWay.contains(operation.id())) {
                    resume(operation, interrupted);
                }
            }
            for (String name : environment.database().read(NetworkWork::leftOver)) {
                drive(name, Optional.empty());
            }
        }
    }

    private static List<String> leftOver(Connection connection) throws SQLException {
        Set<String> busy = OperationTable.running(connection).stream()
                .filter(operation -> operation.targetType().equals(Network.TARGET))
                .map(Operation::targetId)
                .collect(java.util.stream.Collectors.toSet());
        return NetworkTable.doomed(connection).stream()
                .filter(name -> !busy.contains(name))
                .toList();
    }

    /** A create whose end was not committed is taken back; a delete is carried on. */
    private void resume(Operation operation, String interrupted) {
        if (isCreate(operation)) {
            takeBack(
                    operation,
                    RefusalCode.UNAVAILABLE,
                    interrupted + " the network " + operation.targetName()
                            + " was being made; what was made was taken back. Try it again.");
        }
        drive(operation.targetId(), Optional.of(operation));
    }

    private static boolean isCreate(Operation operation) {
        return operation.action().equals(OperationKind.NETWORK_CREATE.action());
    }

    private void takeBack(Operation operation, RefusalCode code, String sentence) {
        commit(connection -> {
            OperationTable.noteFailure(connection, operation.id(), code, sentence);
            NetworkTable.doom(connection, operation.targetId());
        });
    }

    /** The operation stays as it is when its end cannot be recorded, until networks are tidied. */
    private void drive(String name, Optional<Operation> operation) {
        try {
            carryOut(name, operation);
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "the work on the network {0} cannot be ended now: {1}", name, e.getMessage());
        }
    }

    private void carryOut(String name, Optional<Operation> operation) {
        boolean isMade = operation.filter(NetworkWork::isCreate).isPresent() && !isDoomed(name);
        operation.ifPresent(running -> environment
                .operations()
                .phase(running.id(), isMade ? "making the bridge" : "removing the bridge", OptionalInt.empty()));
        try {
            environment.upkeep().ensure(name);
        } catch (Refusal e) {
            LOGGER.log(Level.WARNING, "the network {0}: {1}", name, e.sentence());
            if (isMade) {
                takeBack(operation.orElseThrow(), e.code(), e.sentence());
                carryOut(name, operation);
            } else {
                // It stays marked to go, and is tried again.
                end(operation, connection -> noteFailure(connection, operation, e));
            }
            return;
        }
        end(operation, connection -> NetworkTable.deleteDoomed(connection, name));
    }

    private boolean isDoomed(String name) {
        return environment
                .database()
                .read(connection -> NetworkTable.find(connection, name))
                .isEmpty();
    }

    private static void noteFailure(Connection connection, Optional<Operation> operation, Refusal refusal)
            throws SQLException {
        if (operation.isPresent()) {
            OperationTable.noteFailure(connection, operation.get().id(), refusal.code(), refusal.sentence());
        }
    }

    /** The last commit: it changes the state and ends the operation, by the failure that was noted if one was. */
    private void end(Optional<Operation> operation, Change change) {
        commit(connection -> {
            change.make(connection);
            if (operation.isPresent()) {
                OperationTable.end(connection, operation.get().id());
            }
        });
        operation.map(Operation::id).ifPresent(environment.operations()::ended);
    }

    private void commit(Change change) {
        environment.database().write(connection -> {
            change.make(connection);
            return Boolean.TRUE;
        });
    }

    void close() throws InterruptedException {
        List<Thread> working;
        synchronized (workers) {
            working = List.copyOf(workers.values());
        }
        for (Thread worker : working) {
            worker.join();
        }
    }

    boolean idle() {
        return workers.isEmpty();
    }
}
