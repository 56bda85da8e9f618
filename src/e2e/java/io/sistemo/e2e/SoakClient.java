package io.sistemo.e2e;

import io.sistemo.e2e.SoakMachine.State;
import io.sistemo.e2e.SoakVolume.Place;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * One user of many: takes a machine and a volume that nobody else asks about, looks what they are, asks for something (now and then for two
 * things at once), and notes what it may be then.
 */
final class SoakClient {
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();
    private static final int RIVALS_ONE_IN = 8;

    private final PrivateHost host;
    private final SoakDisturbances disturbances;
    private final SoakReport report;
    private final Random random;
    private final SoakRequests requests;
    private final SoakLooks looks;

    SoakClient(PrivateHost host, SoakDisturbances disturbances, SoakReport report, Random random) {
        this.host = host;
        this.disturbances = disturbances;
        this.report = report;
        this.random = random;
        this.requests = new SoakRequests(host, random);
        this.looks = new SoakLooks(host, disturbances, report);
    }

    /** Asks again and again until the time is up. */
    void run(List<SoakMachine> machines, List<SoakVolume> volumes, long deadlineNanos) {
        try {
            while (System.nanoTime() < deadlineNanos) {
                SoakMachine machine = machines.get(random.nextInt(machines.size()));
                if (!machine.lock.tryLock()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    continue;
                }
                SoakVolumes atHand = SoakVolumes.take(machine, volumes, random);
                try {
                    meet(machine);
                } finally {
                    atHand.giveBack(machine);
                    machine.lock.unlock();
                }
            }
        } catch (Exception | AssertionError e) {
            report.violation("a client of the soak: " + e);
        }
    }

    private void meet(SoakMachine machine) throws Exception {
        if (look(machine).isEmpty() || !looks.lookAtVolume(machine)) {
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
        List<SoakOperation> sensible = SoakOperation.ALL.stream()
                .filter(operation -> operation.makesSense(machine))
                .filter(operation -> operation.target().isPresent() || !thatChanges)
                .filter(operation -> !thatChanges || !operation.equals(SoakOperation.PAUSE))
                .toList();
        int at =
                random.nextInt(sensible.stream().mapToInt(SoakOperation::weight).sum());
        for (SoakOperation operation : sensible) {
            at -= operation.weight();
            if (at < 0) {
                return operation;
            }
        }
        throw new IllegalStateException("nothing makes sense of a machine that is " + machine.seen);
    }

    /** Waits until nothing goes on with the machine and checks that it is what the answers say; empty when it never is. */
    Optional<State> look(SoakMachine machine) throws Exception {
        return looks.lookAtMachine(machine);
    }

    /** The same with the volume that it has, if any; whether that came to rest. */
    boolean lookAtVolume(SoakMachine machine) throws Exception {
        return looks.lookAtVolume(machine);
    }

    /** Asks, and checks the answer. */
    SoakAnswer ask(SoakMachine machine, SoakOperation operation) throws Exception {
        long began = machine.knownSince;
        Set<State> before = machine.possible;
        Set<Place> place = machine.place();
        SoakAnswer answer = operation.request().send(requests, machine);
        check(machine, operation, answer, before, causes(operation, before, place, began));
        machine.possible = operation.after(answer.kind(), before);
        machine.volume.ifPresent(
                volume -> volume.possible = operation.onVolume().after(answer.kind(), place));
        return answer;
    }

    /** Two requests at once: either may have come first. */
    private void askBoth(SoakMachine machine, SoakOperation one, SoakOperation other) throws Exception {
        long began = machine.knownSince;
        Set<State> before = machine.possible;
        Set<Place> place = machine.place();
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
        checkRival(machine, one, first, before, causes(one, before, place, began));
        checkRival(machine, other, second, before, causes(other, before, place, began));
        Set<State> after = EnumSet.copyOf(one.after(first.kind(), other.after(second.kind(), before)));
        after.addAll(other.after(second.kind(), one.after(first.kind(), before)));
        machine.possible = after;
        machine.volume.ifPresent(volume -> {
            SoakOnVolume ofOne = one.onVolume();
            SoakOnVolume ofOther = other.onVolume();
            Set<Place> places = EnumSet.copyOf(ofOne.after(first.kind(), ofOther.after(second.kind(), place)));
            places.addAll(ofOther.after(second.kind(), ofOne.after(first.kind(), place)));
            volume.possible = places;
        });
    }

    private void checkRival(
            SoakMachine machine,
            SoakOperation operation,
            SoakAnswer answer,
            Set<State> before,
            Set<SoakAnswer.Cause> causes) {
        causes.add(SoakAnswer.Cause.RIVAL);
        check(machine, operation, answer, before, causes);
    }

    private Set<SoakAnswer.Cause> causes(SoakOperation operation, Set<State> before, Set<Place> place, long began) {
        Set<SoakAnswer.Cause> causes = disturbances.since(began);
        boolean ofVolume = operation.isOfVolume();
        if (ofVolume ? place.contains(Place.ABSENT) : before.contains(State.ABSENT)) {
            causes.add(SoakAnswer.Cause.ABSENT);
        }
        if (ofVolume ? !place.equals(EnumSet.of(Place.ABSENT)) : !before.equals(EnumSet.of(State.ABSENT))) {
            causes.add(SoakAnswer.Cause.PRESENT);
        }
        // What is asked about a volume is asked only where the machine does not matter, or is known to be stopped.
        if (!ofVolume && !before.equals(EnumSet.of(State.RUNNING))) {
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
            if (operation.isInGuest()) {
                System.out.println(new SoakScene(host).of(machine));
            }
            report.violation(operation.name() + " of " + machine.name + ", which was " + before + ", was answered "
                    + answer.kind() + " (" + answer.text() + ") though nothing allows that; what happened meanwhile: "
                    + causes + "; its volume was " + machine.place() + "; before: " + machine.history());
        }
    }
}
