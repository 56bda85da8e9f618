package io.sistemo.e2e;

import io.sistemo.e2e.SoakMachine.State;
import io.sistemo.e2e.SoakVolume.Place;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Looks at what there is once nothing goes on with it, which must be what the answers say. */
final class SoakLooks {
    private static final Duration SETTLING_LIMIT = Duration.ofMinutes(4);
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();
    /** A VMM that was killed just before its machine was looked at was still said to run. */
    private static final long NOTICING_NANOS = Duration.ofSeconds(15).toNanos();

    private final PrivateHost host;
    private final SoakDisturbances disturbances;
    private final SoakReport report;

    SoakLooks(PrivateHost host, SoakDisturbances disturbances, SoakReport report) {
        this.host = host;
        this.disturbances = disturbances;
        this.report = report;
    }

    /** Finds out what something is; empty while something goes on. */
    private interface Look<T> {
        Optional<T> take() throws Exception;
    }

    private <T> Optional<T> settled(String name, SoakMachine machine, Look<T> look) throws Exception {
        long deadline = System.nanoTime() + SETTLING_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<T> found = look.take();
            if (found.isPresent()) {
                return found;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        report.violation(name + " does not come to rest within " + SETTLING_LIMIT.toMinutes() + " minutes; it is "
                + last + "; before: " + machine.history());
        return Optional.empty();
    }

    /** The newest answer to a look, for people. */
    private String last = "";

    /** The record at a path; empty when there is none, or the answer was that there is no answer now. */
    private Optional<Map<String, Object>> record(String path, String name) throws Exception {
        long began = System.nanoTime();
        String answer = Http.get(host, "/api/v1/" + path);
        SoakAnswer seen = SoakAnswer.ofHttp(answer);
        last = seen.kind() + " " + seen.text();
        if (seen.kind() == SoakAnswer.Kind.DONE) {
            return Optional.of(SoakAnswer.record(answer));
        }
        if (seen.kind() == SoakAnswer.Kind.NOT_FOUND) {
            return Optional.of(Map.of());
        }
        if (!seen.kind().isAllowed(disturbances.since(began))) {
            report.violation("a look at " + name + " was answered " + last);
        }
        return Optional.empty();
    }

    /** Waits until nothing goes on with the machine and checks that it is what the answers say; empty when it never is. */
    Optional<State> lookAtMachine(SoakMachine machine) throws Exception {
        return settled(machine.name, machine, () -> {
            long began = System.nanoTime();
            Optional<State> state = state(machine);
            if (state.isPresent()) {
                note(machine, state.get(), began);
            }
            return state;
        });
    }

    private Optional<State> state(SoakMachine machine) throws Exception {
        Optional<Map<String, Object>> record = record("machines/" + machine.name, machine.name);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        if (record.get().isEmpty()) {
            return root(machine);
        }
        machine.id = String.valueOf(record.get().get("id"));
        return switch (String.valueOf(record.get().get("status"))) {
            case "running" -> Optional.of(State.RUNNING);
            case "paused" -> Optional.of(State.PAUSED);
            case "stopped" -> Optional.of(State.STOPPED);
            case "failed" -> Optional.of(State.FAILED);
            default -> Optional.empty();
        };
    }

    /** There is no machine: whether its root was kept. */
    private Optional<State> root(SoakMachine machine) throws Exception {
        Optional<Map<String, Object>> root = record("volumes/" + machine.root(), machine.root());
        if (root.isEmpty()) {
            return Optional.empty();
        }
        if (root.get().isEmpty()) {
            return Optional.of(State.ABSENT);
        }
        return "online".equals(root.get().get("status")) ? Optional.of(State.KEPT) : Optional.empty();
    }

    private void note(SoakMachine machine, State state, long began) {
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

    /** The same of the volume at hand, after its machine; true when there is none. */
    boolean lookAtVolume(SoakMachine machine) throws Exception {
        if (machine.volume.isEmpty()) {
            return true;
        }
        SoakVolume volume = machine.volume.get();
        return settled(volume.name, machine, () -> {
                    Optional<Map<String, Object>> record = record("volumes/" + volume.name, volume.name);
                    Optional<Place> place = record.flatMap(SoakLooks::place);
                    if (place.isPresent()) {
                        note(machine, volume, place.get(), record.get());
                    }
                    return place;
                })
                .isPresent();
    }

    private static Optional<Place> place(Map<String, Object> record) {
        if (record.isEmpty()) {
            return Optional.of(Place.ABSENT);
        }
        return switch (String.valueOf(record.get("status"))) {
            case "online" -> Optional.of(Place.FREE);
            case "attached" -> Optional.of(Place.ATTACHED);
            default -> Optional.empty();
        };
    }

    private void note(SoakMachine machine, SoakVolume volume, Place place, Map<String, Object> record) {
        boolean elsewhere = place == Place.ATTACHED && !machine.name.equals(record.get("machine_name"));
        if (!volume.possible.contains(place) || elsewhere) {
            report.violation(volume.name + " is " + place + " and by the answers it must be " + volume.possible + " at "
                    + machine.name + "; it was " + last + "; before: " + machine.history());
        }
        if (place == Place.ABSENT) {
            volume.forget();
        } else {
            int sizeMib = ((Number) Objects.requireNonNull(record.get("size_mb"))).intValue();
            if (!volume.sizesMib.contains(sizeMib)) {
                report.violation(volume.name + " has " + sizeMib + " MiB and by the answers it must have "
                        + volume.sizesMib + "; before: " + machine.history());
            }
            volume.sizesMib.clear();
            volume.sizesMib.add(sizeMib);
        }
        volume.possible = EnumSet.of(place);
        volume.seen = place;
    }
}
