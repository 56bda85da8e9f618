package io.sistemo.machine;

import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.RefusalCode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What users may see of one name, if everything happened one after the other. Written from what the manual says, not from the
 * code: requests wait for, take over or are refused by what runs; an operation ends once.
 */
final class MachineModel {
    private MachineModel() {}

    /** What users ask for. */
    enum Action {
        DEPLOY,
        START,
        STOP,
        RESTART,
        DELETE
    }

    /** What is there when nothing runs. */
    enum Rest {
        ABSENT,
        RUNNING,
        STOPPED,
        FAILED
    }

    /** Something that a user saw. */
    sealed interface Seen {
        /** A request was accepted: this operation is what to wait for. */
        record Accepted(Action action, OperationId operation) implements Seen {}

        /** A request was refused. */
        record Refused(Action action, RefusalCode code) implements Seen {}

        /** An operation ended. */
        record Ended(OperationId operation, OperationState state) implements Seen {}

        /** A cancel was taken. */
        record Cancelled(OperationId operation) implements Seen {}

        /** A cancel was refused. */
        record CancelRefused(OperationId operation, RefusalCode code) implements Seen {}

        /** Somebody looked. */
        record Looked(Optional<MachineStatus> status, Optional<String> doing) implements Seen {}
    }

    /**
     * An operation that runs.
     *
     * @param cancelled whether its user has taken it back
     */
    record Running(OperationId id, Action action, boolean cancelled) {}

    /**
     * A state of one name.
     *
     * @param rest what is there, or was there before what runs now
     * @param running what runs
     * @param overtaken operations that another one has ended, and whose end nobody has seen yet
     */
    record State(Rest rest, Optional<Running> running, Set<OperationId> overtaken) {
        static final State ABSENT = new State(Rest.ABSENT, Optional.empty(), Set.of());

        private State rests(Rest next) {
            return new State(next, Optional.empty(), overtaken);
        }

        private State runs(Action action, OperationId id) {
            return new State(rest, Optional.of(new Running(id, action, false)), overtaken);
        }
    }

    /** What becomes of a request while an operation runs. */
    private enum Outcome {
        WAITS,
        TAKES_OVER,
        REFUSED
    }

    /** The state after something was seen, or empty when it cannot be seen in this state. */
    static Optional<State> apply(State state, Seen seen) {
        return switch (seen) {
            case Seen.Accepted accepted -> accepted(state, accepted);
            case Seen.Refused refused ->
                refusal(state, refused.action()).equals(Optional.of(refused.code()))
                        ? Optional.of(state)
                        : Optional.empty();
            case Seen.Ended ended -> ended(state, ended);
            case Seen.Cancelled cancelled -> cancelled(state, cancelled.operation());
            case Seen.CancelRefused refused -> {
                boolean right = refused.code() == RefusalCode.WRONG_STATE
                        && state.running()
                                .filter(running -> running.id().equals(refused.operation()) && !revocable(running))
                                .isPresent();
                yield right ? Optional.of(state) : Optional.empty();
            }
            case Seen.Looked looked -> looks(state).equals(looked) ? Optional.of(state) : Optional.empty();
        };
    }

    private static Optional<RefusalCode> refusal(State state, Action asked) {
        if (asked == Action.DEPLOY) {
            return absent(state) ? Optional.empty() : Optional.of(RefusalCode.NAME_TAKEN);
        }
        if (absent(state)) {
            return Optional.of(RefusalCode.NOT_FOUND);
        }
        return state.running()
                .filter(running -> outcome(running.action(), asked) == Outcome.REFUSED)
                .map(_ -> RefusalCode.WRONG_STATE);
    }

    private static boolean absent(State state) {
        return state.rest() == Rest.ABSENT && state.running().isEmpty();
    }

    private static Optional<State> accepted(State state, Seen.Accepted accepted) {
        if (refusal(state, accepted.action()).isPresent()) {
            return Optional.empty();
        }
        if (state.running().isEmpty()) {
            return Optional.of(state.runs(accepted.action(), accepted.operation()));
        }
        Running running = state.running().get();
        boolean same = running.id().equals(accepted.operation());
        return switch (outcome(running.action(), accepted.action())) {
            case WAITS -> same ? Optional.of(state) : Optional.empty();
            case TAKES_OVER -> {
                if (same) {
                    yield Optional.empty();
                }
                Set<OperationId> overtaken = new HashSet<>(state.overtaken());
                overtaken.add(running.id());
                yield Optional.of(new State(state.rest(), Optional.empty(), Set.copyOf(overtaken))
                        .runs(accepted.action(), accepted.operation()));
            }
            case REFUSED -> Optional.empty();
        };
    }

    private static Outcome outcome(Action running, Action asked) {
        return switch (asked) {
            case DEPLOY -> Outcome.REFUSED;
            case START -> running == Action.STOP || running == Action.DELETE ? Outcome.REFUSED : Outcome.WAITS;
            case STOP ->
                switch (running) {
                    case STOP -> Outcome.WAITS;
                    case START, RESTART -> Outcome.TAKES_OVER;
                    case DEPLOY, DELETE -> Outcome.REFUSED;
                };
            case RESTART -> running == Action.RESTART ? Outcome.WAITS : Outcome.REFUSED;
            case DELETE -> running == Action.DELETE ? Outcome.WAITS : Outcome.TAKES_OVER;
        };
    }

    private static Optional<State> ended(State state, Seen.Ended ended) {
        if (state.overtaken().contains(ended.operation())) {
            Set<OperationId> rest = new HashSet<>(state.overtaken());
            rest.remove(ended.operation());
            return ended.state() == OperationState.CANCELLED
                    ? Optional.of(new State(state.rest(), state.running(), Set.copyOf(rest)))
                    : Optional.empty();
        }
        Optional<Running> running =
                state.running().filter(candidate -> candidate.id().equals(ended.operation()));
        if (running.isEmpty()) {
            return Optional.empty();
        }
        Action action = running.get().action();
        return switch (ended.state()) {
            case SUCCEEDED -> running.get().cancelled() ? Optional.empty() : Optional.of(state.rests(done(action)));
            case CANCELLED ->
                running.get().cancelled()
                        ? Optional.of(state.rests(action == Action.DEPLOY ? Rest.ABSENT : Rest.FAILED))
                        : Optional.empty();
            // Nothing goes wrong here.
            case FAILED, RUNNING -> Optional.empty();
        };
    }

    private static Rest done(Action action) {
        return switch (action) {
            case DEPLOY, START, RESTART -> Rest.RUNNING;
            case STOP -> Rest.STOPPED;
            case DELETE -> Rest.ABSENT;
        };
    }

    private static boolean revocable(Running running) {
        return running.action() != Action.STOP && running.action() != Action.DELETE;
    }

    /** To cancel what has ended is nothing; what has begun since is not meant. */
    private static Optional<State> cancelled(State state, OperationId id) {
        Optional<Running> meant = state.running().filter(running -> running.id().equals(id));
        if (meant.isEmpty()) {
            return Optional.of(state);
        }
        return revocable(meant.get())
                ? Optional.of(new State(
                        state.rest(), Optional.of(new Running(id, meant.get().action(), true)), state.overtaken()))
                : Optional.empty();
    }

    private static Seen.Looked looks(State state) {
        if (state.running().isPresent()) {
            return new Seen.Looked(
                    Optional.of(MachineStatus.MAINTENANCE),
                    Optional.of(state.running().get().action().name().toLowerCase(java.util.Locale.ROOT)));
        }
        return new Seen.Looked(
                switch (state.rest()) {
                    case ABSENT -> Optional.empty();
                    case RUNNING -> Optional.of(MachineStatus.RUNNING);
                    case STOPPED -> Optional.of(MachineStatus.STOPPED);
                    case FAILED -> Optional.of(MachineStatus.FAILED);
                },
                Optional.empty());
    }
}
