package io.sistemo.e2e;

import io.sistemo.e2e.SoakMachine.State;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * One user of many: takes a machine that nobody else asks about, looks what it is, asks for something (now and then for two
 * things at once), and notes what it may be then.
 */
final class SoakClient {
    private static final Duration SETTLING_LIMIT = Duration.ofMinutes(4);
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();
    /** A VMM that was killed just before its machine was looked at was still said to run. */
    private static final long NOTICING_NANOS = Duration.ofSeconds(15).toNanos();

    private static final int RIVALS_ONE_IN = 8;

    private final PrivateHost host;
    private final SoakDisturbances disturbances;
    private final SoakReport report;
    private final Random random;
    private final SoakRequests requests;

    SoakClient(PrivateHost host, SoakDisturbances disturbances, SoakReport report, Random random) {
        this.host = host;
        this.disturbances = disturbances;
        this.report = report;
        this.random = random;
        this.requests = new SoakRequests(host, random);
    }

    /** Asks again and again until the time is up. */
    void run(List<SoakMachine> machines, long deadlineNanos) {
        try {
            while (System.nanoTime() < deadlineNanos) {
                SoakMachine machine = machines.get(random.nextInt(machines.size()));
                if (!machine.lock.tryLock()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    continue;
                }
                try {
                    meet(machine);
                } finally {
                    machine.lock.unlock();
                }
            }
        } catch (Exception | AssertionError e) {
            report.violation("a client of the soak: " + e);
        }
    }

    private void meet(SoakMachine machine) throws Exception {
        if (look(machine).isEmpty()) {
            return;
        }
        SoakOperation operation = choose(machine, false);
        if (random.nextInt(RIVALS_ONE_IN) == 0) {
            askBoth(machine, operation, choose(machine, true));
        } else {
            ask(machine, operation);
        }
    }

    private SoakOperation choose(SoakMachine machine, boolean thatChanges) {
        State state = machine.seen;
        List<SoakOperation> sensible = SoakOperation.ALL.stream()
                .filter(operation -> operation.sensible().contains(state))
                .filter(operation -> operation.target().isPresent() || !thatChanges)
                .filter(operation -> !thatChanges || !operation.equals(SoakOperation.PAUSE))
                .filter(operation -> !machine.lasting || !operation.equals(SoakOperation.DELETE))
                .toList();
        int at =
                random.nextInt(sensible.stream().mapToInt(SoakOperation::weight).sum());
        for (SoakOperation operation : sensible) {
            at -= operation.weight();
            if (at < 0) {
                return operation;
            }
        }
        throw new IllegalStateException("nothing makes sense of a machine that is " + state);
    }

    /** Asks, and checks the answer. */
    SoakAnswer ask(SoakMachine machine, SoakOperation operation) throws Exception {
        long began = machine.knownSince;
        Set<State> before = machine.possible;
        SoakAnswer answer = operation.request().send(requests, machine);
        check(machine, operation, answer, before, causes(before, began));
        machine.possible = operation.after(answer.kind(), before);
        return answer;
    }

    /** Two requests at once: either may have come first. */
    private void askBoth(SoakMachine machine, SoakOperation one, SoakOperation other) throws Exception {
        long began = machine.knownSince;
        Set<State> before = machine.possible;
        SoakRequests ofRival = new SoakRequests(host, new Random(random.nextLong()));
        CompletableFuture<SoakAnswer> rival = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return other.request().send(ofRival, machine);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                work -> Thread.ofPlatform().start(work));
        SoakAnswer first = one.request().send(requests, machine);
        SoakAnswer second = rival.join();
        Set<SoakAnswer.Cause> causes = causes(before, began);
        causes.add(SoakAnswer.Cause.RIVAL);
        check(machine, one, first, before, causes);
        check(machine, other, second, before, causes);
        Set<State> after = EnumSet.copyOf(one.after(first.kind(), other.after(second.kind(), before)));
        after.addAll(other.after(second.kind(), one.after(first.kind(), before)));
        machine.possible = after;
    }

    private Set<SoakAnswer.Cause> causes(Set<State> before, long began) {
        Set<SoakAnswer.Cause> causes = disturbances.since(began);
        if (before.contains(State.ABSENT)) {
            causes.add(SoakAnswer.Cause.ABSENT);
        }
        if (!before.equals(EnumSet.of(State.ABSENT))) {
            causes.add(SoakAnswer.Cause.PRESENT);
        }
        if (!before.equals(EnumSet.of(State.RUNNING))) {
            causes.add(SoakAnswer.Cause.NOT_RUNNING);
        }
        return causes;
    }

    private void check(
            SoakMachine machine,
            SoakOperation operation,
            SoakAnswer answer,
            Set<State> before,
            Set<SoakAnswer.Cause> causes) {
        report.answered(operation.name(), answer.kind());
        machine.note(operation.name() + ": " + answer.kind()
                + (answer.kind() == SoakAnswer.Kind.DONE ? "" : " " + answer.text()));
        if (!answer.kind().isAllowed(causes)) {
            report.violation(operation.name() + " of " + machine.name + ", which was " + before + ", was answered "
                    + answer.kind() + " (" + answer.text() + ") though nothing allows that; what happened meanwhile: "
                    + causes + "; before: " + machine.history());
        }
    }

    /** Waits until nothing goes on with the machine and checks that it is what the answers say; empty when it never is. */
    Optional<State> look(SoakMachine machine) throws Exception {
        long deadline = System.nanoTime() + SETTLING_LIMIT.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            long began = System.nanoTime();
            String answer = Http.get(host, "/api/v1/machines/" + machine.name);
            SoakAnswer seen = SoakAnswer.ofHttp(answer);
            last = seen.kind() + " " + seen.text();
            Optional<State> state = Optional.empty();
            if (seen.kind() == SoakAnswer.Kind.DONE) {
                state = state(machine, SoakAnswer.record(answer));
            } else if (seen.kind() == SoakAnswer.Kind.NOT_FOUND) {
                state = Optional.of(State.ABSENT);
            } else if (!seen.kind().isAllowed(disturbances.since(began))) {
                report.violation("a look at " + machine.name + " was answered " + last);
            }
            if (state.isPresent()) {
                note(machine, state.get(), began, last);
                return state;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        report.violation(machine.name + " does not come to rest within " + SETTLING_LIMIT.toMinutes()
                + " minutes; it is " + last + "; before: " + machine.history());
        return Optional.empty();
    }

    private Optional<State> state(SoakMachine machine, Map<String, Object> record) {
        String id = String.valueOf(record.get("id"));
        if (!id.equals(machine.id)) {
            machine.forget();
            machine.id = id;
        }
        return switch (String.valueOf(record.get("status"))) {
            case "running" -> Optional.of(State.RUNNING);
            case "paused" -> Optional.of(State.PAUSED);
            case "stopped" -> Optional.of(State.STOPPED);
            case "failed" -> Optional.of(State.FAILED);
            default -> Optional.empty();
        };
    }

    private void note(SoakMachine machine, State state, long began, String last) {
        // By its policy it failed, or runs again; what stood still does not any more.
        boolean killed = (state == State.FAILED || state == State.RUNNING)
                && (machine.possible.contains(State.RUNNING) || machine.possible.contains(State.PAUSED))
                && disturbances.wasKilledSince(machine.id, machine.knownSince - NOTICING_NANOS);
        if (!machine.possible.contains(state) && !killed) {
            report.violation(machine.name + " is " + state + " and by the answers it must be " + machine.possible
                    + "; it was " + last + "; before: " + machine.history());
        }
        if (state == State.ABSENT) {
            machine.forget();
        }
        machine.possible = EnumSet.of(state);
        machine.seen = state;
        machine.knownSince = began;
    }
}
