package io.sistemo.operation;

import io.sistemo.store.ConstraintException;
import io.sistemo.store.Database;
import io.sistemo.store.DatabaseFullException;
import io.sistemo.store.StoreException;
import io.sistemo.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The operations of one daemon. Their beginnings and ends are rows, committed by whoever changes state; their phases live
 * here, for those who watch.
 */
public final class Operations implements OperationService {
    private final Database database;
    private final Map<OperationId, Live> live = new ConcurrentHashMap<>();
    private final Map<String, Consumer<Operation>> cancellers = new ConcurrentHashMap<>();

    /** Operations of a database. */
    public Operations(Database database) {
        this.database = database;
    }

    /** Makes a record for an operation that begins now; the caller inserts it in the transaction that accepts it. */
    public static Operation beginning(OperationKind kind, String targetType, String targetId, String targetName) {
        return new Operation(
                OperationId.random(),
                kind.action(),
                targetType,
                targetId,
                targetName,
                OperationState.RUNNING,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Instant.now(),
                Optional.empty());
    }

    /**
     * Runs the transaction in which a user's request is accepted.
     *
     * @throws Refusal DISK_FULL or HOST_UNUSABLE when it cannot be recorded; what the transaction itself throws is passed on
     */
    public <T> T accept(Transaction<T> request) {
        try {
            return database.write(request);
        } catch (ConstraintException e) {
            throw e;
        } catch (DatabaseFullException e) {
            throw new Refusal(
                    RefusalCode.DISK_FULL,
                    "The request was not accepted, since " + e.getMessage() + ": delete something, then try again.",
                    e);
        } catch (StoreException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "The request was not accepted, since " + e.getMessage() + ".", e);
        }
    }

    /** Names who takes back operations on targets of a type when a user cancels them. */
    public void onCancel(String targetType, Consumer<Operation> canceller) {
        cancellers.put(targetType, canceller);
    }

    /** Tells those who watch what a running operation does now. */
    public void phase(OperationId id, String phase, OptionalInt progressPercent) {
        Live operation = live.computeIfAbsent(id, _ -> new Live());
        operation.phase(phase, progressPercent);
        operation.tell(() -> find(id));
        forgetUnlessRunning(id, operation);
    }

    /** To be called after each commit that ended an operation, so that those who wait hear of it. */
    public void ended(OperationId id) {
        Operation operation = require(id);
        Live known = live.remove(id);
        if (known != null) {
            known.tell(() -> Optional.of(operation));
        }
    }

    @Override
    public Operation require(OperationId id) {
        return find(id).orElseThrow(() -> new Refusal(RefusalCode.NOT_FOUND, "There is no operation " + id + "."));
    }

    private Optional<Operation> find(OperationId id) {
        Optional<Operation> row = database.read(connection -> OperationTable.find(connection, id));
        Live known = live.get(id);
        return known == null ? row : row.map(known::withPhase);
    }

    @Override
    public Operation awaitEnd(OperationId id) throws InterruptedException {
        CompletableFuture<Operation> end = new CompletableFuture<>();
        try (Subscription _ = subscribe(id, operation -> {
            if (operation.state().ended()) {
                end.complete(operation);
            }
        })) {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a wait for an operation cannot fail", e);
        }
    }

    @Override
    public Subscription subscribe(OperationId id, Consumer<Operation> listener) {
        require(id);
        Live operation = live.computeIfAbsent(id, _ -> new Live());
        Listener added = operation.add(listener);
        operation.tell(() -> find(id));
        forgetUnlessRunning(id, operation);
        return () -> operation.remove(added);
    }

    /** An operation may end between any two lines of whoever tells of it; who then forgets it must tell the end. */
    private void forgetUnlessRunning(OperationId id, Live operation) {
        if (find(id).filter(row -> !row.state().ended()).isEmpty()) {
            live.remove(id, operation);
            operation.tell(() -> find(id));
        }
    }

    @Override
    public void cancel(OperationId id) {
        Operation operation = require(id);
        if (operation.state().ended()) {
            return;
        }
        Consumer<Operation> canceller = cancellers.get(operation.targetType());
        if (canceller == null) {
            throw new Refusal(RefusalCode.WRONG_STATE, "A " + operation.action() + " cannot be cancelled.");
        }
        canceller.accept(operation);
    }

    @Override
    public AuditPage history(AuditQuery query) {
        return database.read(connection -> OperationTable.history(connection, query));
    }

    /** A running operation as its watchers see it. Each listener hears states in order and nothing after the end. */
    private static final class Live {
        private final List<Listener> listeners = new ArrayList<>();
        private Optional<String> phase = Optional.empty();
        private OptionalInt progressPercent = OptionalInt.empty();

        synchronized void phase(String newPhase, OptionalInt newProgressPercent) {
            phase = Optional.of(newPhase);
            progressPercent = newProgressPercent;
        }

        synchronized Operation withPhase(Operation row) {
            return new Operation(
                    row.id(),
                    row.action(),
                    row.targetType(),
                    row.targetId(),
                    row.targetName(),
                    row.state(),
                    row.state().ended() ? Optional.empty() : phase,
                    row.state().ended() ? OptionalInt.empty() : progressPercent,
                    row.error(),
                    row.code(),
                    row.message(),
                    row.startedAt(),
                    row.endedAt());
        }

        synchronized Listener add(Consumer<Operation> consumer) {
            Listener listener = new Listener(consumer);
            listeners.add(listener);
            return listener;
        }

        synchronized void remove(Listener listener) {
            listeners.remove(listener);
        }

        /** Looks and tells under one lock: who looked earlier must not tell later. */
        synchronized void tell(Supplier<Optional<Operation>> look) {
            look.get().ifPresent(now -> List.copyOf(listeners).forEach(listener -> listener.tell(now)));
        }
    }

    /** One who watches. Each has its own end: who came while the end was being told to others hears it too. */
    private static final class Listener {
        private final Consumer<Operation> consumer;
        private boolean endTold;

        Listener(Consumer<Operation> consumer) {
            this.consumer = consumer;
        }

        void tell(Operation operation) {
            if (!endTold) {
                endTold = operation.state().ended();
                consumer.accept(operation);
            }
        }
    }
}
