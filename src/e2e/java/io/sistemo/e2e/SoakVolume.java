package io.sistemo.e2e;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is known of the data volume of one name: where it may be, how large, and what is on it, whichever machine's guest wrote
 * that. Used by whoever holds its lock.
 */
final class SoakVolume {
    static final int FIRST_MIB = 32;
    static final int STEP_MIB = 8;
    static final int MOST_MIB = 64;

    /** Where a volume can be when nothing goes on. */
    enum Place {
        ABSENT,
        /** Attached to no machine. */
        FREE,
        /** Attached to the machine that is asked about. */
        ATTACHED
    }

    final String name;
    /** Clients never delete it, so that what it holds grows old. */
    final boolean lasting;

    final ReentrantLock lock = new ReentrantLock();
    final SoakContent content = new SoakContent();

    /** Where it may be, as far as the answers of requests say. */
    Set<Place> possible = EnumSet.of(Place.ABSENT);
    /** Where it was seen the last time. */
    Place seen = Place.ABSENT;
    /** Whether a machine may have it: then it is asked about by whoever holds that machine's lock. */
    boolean taken;
    /** Sizes that it may have, in MiB. */
    final Set<Integer> sizesMib = new TreeSet<>();

    SoakVolume(String name, boolean lasting) {
        this.name = name;
        this.lasting = lasting;
    }

    /** The size that it had when it was last seen. */
    int sizeMib() {
        return sizesMib.iterator().next();
    }

    /** There is none any more. */
    void forget() {
        sizesMib.clear();
        content.forget();
    }

    /** It is about to be made. */
    void begin(int sizeMib) {
        forget();
        sizesMib.add(sizeMib);
    }
}
