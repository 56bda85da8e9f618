package io.sistemo.e2e;

import static io.sistemo.e2e.SoakVolume.Place.ABSENT;
import static io.sistemo.e2e.SoakVolume.Place.ATTACHED;
import static io.sistemo.e2e.SoakVolume.Place.FREE;

import io.sistemo.e2e.SoakVolume.Place;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What an operation of the soak is to the data volume at hand. */
enum SoakOnVolume {
    /** It needs none and leaves one as it is. */
    NOTHING(),
    /** It reads or writes one that the machine has. */
    USES(ATTACHED),
    CREATES(ABSENT),
    ATTACHES(FREE),
    DETACHES(ATTACHED),
    RESIZES_FREE(FREE),
    RESIZES(ATTACHED),
    COPIES_FREE(FREE),
    COPIES(ATTACHED),
    DELETES(FREE),
    /** It needs none, and the machine has none afterwards. */
    LETS_GO();

    /** Where the volume must be; empty when none is needed. */
    private final Optional<Place> needs;

    SoakOnVolume(Place needs) {
        this.needs = Optional.of(needs);
    }

    SoakOnVolume() {
        this.needs = Optional.empty();
    }

    boolean resizes() {
        return this == RESIZES || this == RESIZES_FREE;
    }

    boolean copies() {
        return this == COPIES || this == COPIES_FREE;
    }

    /** Whether the volume at hand is where it must be, and what else is needed is there. */
    boolean makesSense(SoakMachine machine) {
        if (needs.isEmpty()) {
            return true;
        }
        return machine.volume
                .filter(volume -> needs.get() == volume.seen)
                .filter(volume -> !resizes() || volume.sizeMib() < SoakVolume.MOST_MIB)
                .filter(_ -> !copies() || machine.spare.isPresent())
                .isPresent();
    }

    /** Where the volume is when it was done. */
    private Optional<Place> target() {
        return switch (this) {
            case CREATES, DETACHES -> Optional.of(FREE);
            case ATTACHES -> Optional.of(ATTACHED);
            case DELETES -> Optional.of(ABSENT);
            case NOTHING, USES, RESIZES_FREE, RESIZES, COPIES_FREE, COPIES, LETS_GO -> Optional.empty();
        };
    }

    /** Where the volume at hand may be after an answer, given where it may have been before. Pure. */
    Set<Place> after(SoakAnswer.Kind kind, Set<Place> before) {
        if (kind.changedNothing() || before.isEmpty()) {
            return before;
        }
        boolean done = kind == SoakAnswer.Kind.DONE;
        EnumSet<Place> after = EnumSet.copyOf(before);
        if (this == LETS_GO && before.contains(ATTACHED)) {
            after.add(FREE);
            if (done) {
                after.remove(ATTACHED);
            }
        }
        Optional<Place> target = target();
        if (target.isPresent()) {
            if (done) {
                after.clear();
            }
            after.add(target.get());
        }
        return after;
    }
}
