package io.sistemo.server;

import io.sistemo.operation.AuditPage;
import io.sistemo.operation.AuditQuery;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationService;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Operations in memory, moved along by the test. */
final class FakeOperations implements OperationService {
    private final Map<OperationId, Operation> all = new LinkedHashMap<>();
    private final Map<OperationId, List<Consumer<Operation>>> listeners = new LinkedHashMap<>();

    /** An operation that ends at once. */
    synchronized OperationId done(String action, String targetId, String targetName) {
        OperationId id = running(action, targetId, targetName);
        end(id, OperationState.SUCCEEDED, Optional.empty(), Optional.empty());
        return id;
    }

    synchronized OperationId running(String action, String targetId, String targetName) {
        OperationId id = OperationId.random();
        all.put(
                id,
                new Operation(
                        id,
                        action,
                        action.substring(0, action.indexOf('.')),
                        targetId,
                        targetName,
                        OperationState.RUNNING,
                        Optional.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH,
                        Optional.empty()));
        return id;
    }

    synchronized void phase(OperationId id, String phase, int percent) {
        Operation now = require(id);
        change(new Operation(
                id,
                now.action(),
                now.targetType(),
                now.targetId(),
                now.targetName(),
                now.state(),
                Optional.of(phase),
                OptionalInt.of(percent),
                now.error(),
                now.code(),
                now.message(),
                now.startedAt(),
                now.endedAt()));
    }

    synchronized void end(OperationId id, OperationState state, Optional<String> error, Optional<RefusalCode> code) {
        Operation now = require(id);
        change(new Operation(
                id,
                now.action(),
                now.targetType(),
                now.targetId(),
                now.targetName(),
                state,
                Optional.empty(),
                OptionalInt.empty(),
                error,
                code,
                now.message(),
                now.startedAt(),
                Optional.of(Instant.EPOCH.plusSeconds(2))));
    }

    synchronized int listeners(OperationId id) {
        return listeners.getOrDefault(id, List.of()).size();
    }

    private void change(Operation operation) {
        all.put(operation.id(), operation);
        List.copyOf(listeners.getOrDefault(operation.id(), List.of())).forEach(listener -> listener.accept(operation));
        notifyAll();
    }

    @Override
    public synchronized Operation require(OperationId id) {
        Operation operation = all.get(id);
        if (operation == null) {
            throw new Refusal(RefusalCode.NOT_FOUND, "There is no operation " + id + ".");
        }
        return operation;
    }

    @Override
    public synchronized Operation awaitEnd(OperationId id) throws InterruptedException {
        while (!require(id).state().ended()) {
            wait();
        }
        return require(id);
    }

    @Override
    public synchronized Subscription subscribe(OperationId id, Consumer<Operation> listener) {
        listener.accept(require(id));
        listeners.computeIfAbsent(id, key -> new ArrayList<>()).add(listener);
        return () -> remove(id, listener);
    }

    private synchronized void remove(OperationId id, Consumer<Operation> listener) {
        listeners.getOrDefault(id, new ArrayList<>()).remove(listener);
        notifyAll();
    }

    @Override
    public void cancel(OperationId id) {
        if (!require(id).state().ended()) {
            end(id, OperationState.CANCELLED, Optional.of("Cancelled."), Optional.of(RefusalCode.CANCELLED));
        }
    }

    @Override
    public synchronized AuditPage history(AuditQuery query) {
        List<Operation> matching = new ArrayList<>(all.values())
                .reversed().stream()
                        .filter(operation ->
                                query.action().map(operation.action()::equals).orElse(true))
                        .filter(operation -> query.target()
                                .map(operation.targetName()::equals)
                                .orElse(true))
                        .toList();
        return new AuditPage(
                matching.stream().skip(query.offset()).limit(query.limit()).toList(), matching.size());
    }
}
