package io.sistemo.machine;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets few machines boot at a time when nobody asked for each of them: after a reboot of the host all that ran are started again,
 * and were they all at once, none would answer in its time. First come, first served; who does not get a place is woken when
 * there is one. Safe for concurrent use.
 */
final class BootQueue {
    private final int places;
    private final Set<MachineId> booting = new HashSet<>();
    private final Map<MachineId, Runnable> waiting = new LinkedHashMap<>();

    /** A queue with some places, all free. */
    BootQueue(int places) {
        this.places = places;
    }

    /** As many places as there are processors, and two at least. */
    static BootQueue ofThisHost() {
        return new BootQueue(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    int places() {
        return places;
    }

    /**
     * Asks for a place, which a machine keeps until it leaves.
     *
     * @param wake called when it may be worth it to ask again, if there was no place
     * @return whether it has one
     */
    synchronized boolean enter(MachineId id, Runnable wake) {
        if (booting.contains(id)) {
            return true;
        }
        if (booting.size() < places) {
            waiting.remove(id);
            booting.add(id);
            return true;
        }
        waiting.putIfAbsent(id, wake);
        return false;
    }

    /** Gives its place back, or does not wait for one any more. */
    void leave(MachineId id) {
        next(id).ifPresent(Runnable::run);
    }

    private synchronized Optional<Runnable> next(MachineId leaving) {
        boolean had = booting.remove(leaving);
        boolean waited = waiting.remove(leaving) != null;
        return (had || waited) && booting.size() < places
                ? waiting.values().stream().findFirst()
                : Optional.empty();
    }
}
