package io.sistemo.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The volumes that are at hand while a client asks about one machine: the one that the machine has, or a free one, and one that
 * is not there. Whoever has a machine's lock may have those of the volumes that it has; others pass them by.
 */
final class SoakVolumes {
    private final List<SoakVolume> locked = new ArrayList<>();

    private SoakVolumes() {}

    /** Takes them; the caller has the machine's lock. */
    static SoakVolumes take(SoakMachine machine, List<SoakVolume> all, Random random) {
        SoakVolumes atHand = new SoakVolumes();
        if (machine.volume.isPresent()) {
            // Nobody keeps it who waits for anything.
            machine.volume.get().lock.lock();
            atHand.locked.add(machine.volume.get());
        }
        List<SoakVolume> others = new ArrayList<>(all);
        Collections.shuffle(others, random);
        for (SoakVolume volume : others) {
            if (atHand.locked.contains(volume) || !volume.lock.tryLock()) {
                continue;
            }
            if (machine.volume.isEmpty() && !volume.taken) {
                machine.volume = Optional.of(volume);
                atHand.locked.add(volume);
            } else if (machine.spare.isEmpty()
                    && !volume.taken
                    && volume.possible.equals(EnumSet.of(SoakVolume.Place.ABSENT))) {
                machine.spare = Optional.of(volume);
                atHand.locked.add(volume);
            } else {
                volume.lock.unlock();
            }
        }
        return atHand;
    }

    /** Gives them back, but for the one that the machine may have. */
    void giveBack(SoakMachine machine) {
        machine.spare = Optional.empty();
        machine.volume.ifPresent(volume -> volume.taken = volume.possible.contains(SoakVolume.Place.ATTACHED));
        machine.volume = machine.volume.filter(volume -> volume.taken);
        locked.forEach(volume -> volume.lock.unlock());
    }
}
