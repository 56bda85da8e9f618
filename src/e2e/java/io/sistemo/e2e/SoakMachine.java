package io.sistemo.e2e;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is known of the machine of one name: what it may be, and what its guest has written for certain. Used by whoever
 * holds its lock.
 */
final class SoakMachine {
    private static final int LONGEST_HISTORY = 8;

    /** What a machine can be when nothing goes on. */
    enum State {
        ABSENT,
        /** There is no machine, and its root is there. */
        KEPT,
        RUNNING,
        PAUSED,
        STOPPED,
        FAILED
    }

    final String name;
    final boolean lasting;
    /** When it is started again after its VMM ended. */
    final String restart;
    /** The network that it is deployed on. */
    final String network;

    final ReentrantLock lock = new ReentrantLock();

    /** What it may be, as far as the answers of requests say. */
    Set<State> possible = EnumSet.of(State.ABSENT);
    /** What it was seen to be the last time. */
    State seen = State.ABSENT;
    /** When what it may be was last asked for, or seen. */
    long knownSince = System.nanoTime();
    /** Its id, when it was seen; empty for none. */
    String id = "";
    /** What is on its root, which may outlive it. */
    final SoakContent content = new SoakContent();
    /** The data volume that it has, or that is at hand to be given to it; who asks about the machine holds its lock too. */
    Optional<SoakVolume> volume = Optional.empty();
    /** A volume that is not there, to be made by a copy of {@link #volume}; held in the same way. */
    Optional<SoakVolume> spare = Optional.empty();

    private final Deque<String> history = new ArrayDeque<>();

    /**
     * The machine of a name.
     *
     * @param lasting whether clients never delete it, so that what it holds grows old
     * @param restart its restart policy
     * @param network the network that it is deployed on
     */
    SoakMachine(String name, boolean lasting, String restart, String network) {
        this.restart = restart;
        this.network = network;
        this.name = name;
        this.lasting = lasting;
    }

    /** What became of it, for people who look for the reason of a violation. */
    void note(String happened) {
        history.add(happened);
        if (history.size() > LONGEST_HISTORY) {
            history.remove();
        }
    }

    /** The newest of what was noted. */
    String history() {
        return String.join("; then ", history);
    }

    /** There is none any more, nor its root; what was written is gone. */
    void forget() {
        id = "";
        content.forget();
    }

    /** The name of its root. */
    String root() {
        return name + "-root";
    }

    /** Where the volume at hand may be. */
    Set<SoakVolume.Place> place() {
        return volume.map(held -> held.possible).orElseGet(() -> EnumSet.noneOf(SoakVolume.Place.class));
    }
}
