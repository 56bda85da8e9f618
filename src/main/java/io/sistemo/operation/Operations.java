package io.sistemo.operation;

import io.sistemo.store.Database;
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
    public static Operation beginning(String action, String targetType, String targetId, String targetName) {
        return new Operation(
                OperationId.random(),
                action,
                targetType,
                targetId,
                targetName,
                OperationState.RUNNING,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Instant.now(),
                Optional.empty());
    }

    /** Names who takes back operations on targets of a type when a user cancels them. */
    public void onCancel(String targetType, Consumer<Operation> canceller) {
        cancellers.put(targetType, canceller);
    }

    /** Tells those who watch what a running operation does now. */
    public void phase(OperationId id, String phase, OptionalInt progressPercent) {
        Live operation = live.computeIfAbsent(id, Live::new);
        operation.phase(phase, progressPercent);
        find(id).ifPresent(operation::tell);
    }

    /** To be called after each commit that ended an operation, so that those who wait hear of it. */
    public void ended(OperationId id) {
        Operation operation = require(id);
        Live known = live.remove(id);
        if (known != null) {
            known.tell(operation);
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
        Live operation = live.computeIfAbsent(id, Live::new);
        operation.add(listener);
        Optional<Operation> now = find(id);
        if (now.isEmpty() || now.get().state().ended()) {
            live.remove(id, operation);
        }
        if (now.isEmpty()) {
            throw new Refusal(RefusalCode.NOT_FOUND, "There is no operation " + id + ".");
        }
        operation.tell(now.get());
        return () -> operation.remove(listener);
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
        private final List<Consumer<Operation>> listeners = new ArrayList<>();
        private Optional<String> phase = Optional.empty();
        private OptionalInt progressPercent = OptionalInt.empty();
        private boolean endTold;

        Live(OperationId id) {}

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
                    row.startedAt(),
                    row.endedAt());
        }

        synchronized void add(Consumer<Operation> listener) {
            listeners.add(listener);
        }

        synchronized void remove(Consumer<Operation> listener) {
            listeners.remove(listener);
        }

        synchronized void tell(Operation operation) {
            if (endTold) {
                return;
            }
            endTold = operation.state().ended();
            List.copyOf(listeners).forEach(listener -> listener.accept(operation));
        }
    }
}
