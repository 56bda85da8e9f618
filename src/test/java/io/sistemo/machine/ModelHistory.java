package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** What all clients together saw, by name, and when. Moments are counted, so that no two are the same. */
final class ModelHistory {
    /** A name's history takes some hundreds; a million take a second. */
    private static final int MOST_CONFIGURATIONS = 1_000_000;

    private final AtomicLong clock = new AtomicLong();
    private final Map<String, List<Linearizability.Event<MachineModel.Seen>>> events = new HashMap<>();
    private final Map<OperationId, Life> operations = new HashMap<>();

    /**
     * What is known of an operation.
     *
     * @param begun a moment before it began
     * @param seenEnding the first moment at which somebody had seen its end
     */
    private record Life(String name, long begun, long seenEnding) {}

    /** A moment. */
    long now() {
        return clock.incrementAndGet();
    }

    /** Somebody saw something between a moment and now. */
    synchronized void saw(String name, long since, MachineModel.Seen seen) {
        long now = now();
        events.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Linearizability.Event<>(since, now, seen));
        if (seen instanceof MachineModel.Seen.Accepted(MachineModel.Action _, OperationId id)) {
            operations.merge(
                    id,
                    new Life(name, since, Long.MAX_VALUE),
                    (one, other) -> new Life(name, Math.min(one.begun(), other.begun()), one.seenEnding()));
        }
    }

    /** Somebody has seen an operation's end. */
    synchronized void sawEnd(OperationId id) {
        long now = now();
        operations.computeIfPresent(
                id, (_, life) -> new Life(life.name(), life.begun(), Math.min(life.seenEnding(), now)));
    }

    /** Operations that clients know, by which it is asked how each ended. */
    synchronized List<OperationId> operations() {
        return List.copyOf(operations.keySet());
    }

    /**
     * Checks that all of it can be explained.
     *
     * @param ends how each operation ended
     */
    synchronized void check(Map<OperationId, OperationState> ends) {
        assertThat(ends.keySet()).as("operations").containsExactlyInAnyOrderElementsOf(operations.keySet());
        Map<String, List<Linearizability.Event<MachineModel.Seen>>> whole = new HashMap<>();
        events.forEach((name, seen) -> whole.put(name, new ArrayList<>(seen)));
        operations.forEach((id, life) -> whole.computeIfAbsent(life.name(), _ -> new ArrayList<>())
                .add(new Linearizability.Event<>(
                        life.begun(),
                        life.seenEnding(),
                        new MachineModel.Seen.Ended(id, Objects.requireNonNull(ends.get(id))))));
        whole.forEach((name, seen) -> {
            Linearizability.Verdict verdict =
                    Linearizability.check(MachineModel::apply, MachineModel.State.ABSENT, seen, MOST_CONFIGURATIONS);
            if (verdict instanceof Linearizability.Verdict.Inexplicable(String attempt)) {
                throw new AssertionError("what was seen of " + name + " has no serial order; " + attempt);
            }
            assertThat(verdict).as(name).isInstanceOf(Linearizability.Verdict.Explained.class);
        });
    }
}
