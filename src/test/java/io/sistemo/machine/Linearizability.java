package io.sistemo.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Searches for a serial order that explains what many saw at once: each event takes effect at one moment between its
 * invocation and its answer, and a model accepts them one after the other. The search is that of Wing and Gong ("Testing and
 * Verifying Concurrent Objects", 1993); what was tried before, the same events in another order with the same outcome, is not
 * tried again (Lowe, "Testing for linearizability", 2017).
 *
 * @param <S> the model's states; equal states behave alike
 * @param <E> what happens
 */
public final class Linearizability<S, E> {
    private final Model<S, E> model;
    private final List<Event<E>> history;
    private final int mostConfigurations;
    private List<Event<E>> longest = List.of();

    /** The one-at-a-time behaviour. */
    @FunctionalInterface
    public interface Model<S, E> {
        /** The state after an event, or empty when it cannot happen in this state. */
        Optional<S> apply(S state, E event);
    }

    /**
     * Something that happened between two moments.
     *
     * @param invoked a moment before it took effect
     * @param answered a moment after that
     */
    public record Event<E>(long invoked, long answered, E what) {}

    /** What the search found. */
    public sealed interface Verdict {
        /** There is such an order. */
        record Explained(int configurations) implements Verdict {}

        /** There is none; this is how far the best attempt came, and what it could not go on with. */
        record Inexplicable(String attempt) implements Verdict {}

        /** It would take too long to say. */
        record Undecided(int configurations) implements Verdict {}
    }

    /** Events that have happened, and the state that they lead to. */
    private record Configuration<S>(BitSet done, S state) {}

    /** A configuration on the way, with what else can be tried from it. */
    private record Step<S>(Configuration<S> configuration, Deque<Integer> candidates, int cameBy) {}

    private Linearizability(Model<S, E> model, List<Event<E>> history, int mostConfigurations) {
        this.model = model;
        this.history = history.stream()
                .sorted(Comparator.comparingLong(Event::invoked))
                .toList();
        this.mostConfigurations = mostConfigurations;
    }

    /** Searches, through so many configurations at most. */
    public static <S, E> Verdict check(Model<S, E> model, S initial, List<Event<E>> history, int mostConfigurations) {
        return new Linearizability<>(model, history, mostConfigurations).search(initial);
    }

    private Verdict search(S initial) {
        Set<Configuration<S>> seen = new HashSet<>();
        Deque<Step<S>> path = new ArrayDeque<>();
        Configuration<S> begin = new Configuration<>(new BitSet(), initial);
        seen.add(begin);
        path.push(new Step<>(begin, candidates(begin.done()), -1));
        while (!path.isEmpty()) {
            Step<S> step = path.peek();
            if (step.configuration().done().cardinality() == history.size()) {
                return new Verdict.Explained(seen.size());
            }
            if (step.candidates().isEmpty()) {
                remember(path);
                path.pop();
                continue;
            }
            int next = step.candidates().removeFirst();
            Optional<S> state =
                    model.apply(step.configuration().state(), history.get(next).what());
            if (state.isEmpty()) {
                continue;
            }
            BitSet done = (BitSet) step.configuration().done().clone();
            done.set(next);
            Configuration<S> configuration = new Configuration<>(done, state.get());
            if (seen.add(configuration)) {
                if (seen.size() > mostConfigurations) {
                    return new Verdict.Undecided(seen.size());
                }
                path.push(new Step<>(configuration, candidates(done), next));
            }
        }
        return new Verdict.Inexplicable(describe());
    }

    /** Events that may come next: those that were invoked before any other of the rest was answered. */
    private Deque<Integer> candidates(BitSet done) {
        Deque<Integer> candidates = new ArrayDeque<>();
        long earliestAnswer = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0); i < history.size(); i = done.nextClearBit(i + 1)) {
            if (history.get(i).invoked() > earliestAnswer) {
                break;
            }
            candidates.add(i);
            earliestAnswer = Math.min(earliestAnswer, history.get(i).answered());
        }
        return candidates;
    }

    private void remember(Deque<Step<S>> path) {
        if (path.size() - 1 > longest.size()) {
            List<Event<E>> events = new ArrayList<>();
            path.descendingIterator().forEachRemaining(step -> {
                if (step.cameBy() >= 0) {
                    events.add(history.get(step.cameBy()));
                }
            });
            longest = events;
        }
    }

    private String describe() {
        StringBuilder text = new StringBuilder("explained so far, in this order:\n");
        longest.forEach(event -> text.append("  ").append(event).append('\n'));
        text.append("not explained:\n");
        history.stream()
                .filter(event -> !longest.contains(event))
                .forEach(event -> text.append("  ").append(event).append('\n'));
        return text.toString();
    }
}
