package io.sistemo.e2e;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
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
        RUNNING,
        PAUSED,
        STOPPED,
        FAILED
    }

    final String name;
    final boolean lasting;
    /** When it is started again after its VMM ended. */
    final String restart;

    final ReentrantLock lock = new ReentrantLock();

    /** What it may be, as far as the answers of requests say. */
    Set<State> possible = EnumSet.of(State.ABSENT);
    /** What it was seen to be the last time. */
    State seen = State.ABSENT;
    /** When what it may be was last asked for, or seen. */
    long knownSince = System.nanoTime();
    /** Its id, when it was seen; empty for none. */
    String id = "";
    /** By number: what lies in the file of that number, as its MD5 and size. */
    final Map<Integer, Block> blocks = new LinkedHashMap<>();
    /** Numbers of files that were begun, whatever came of that. */
    int nextBlock;

    /**
     * A file that the guest has written and synced, and said so.
     *
     * @param md5 in hexadecimal
     */
    record Block(String md5, int bytes) {}

    private final Deque<String> history = new ArrayDeque<>();

    /**
     * The machine of a name.
     *
     * @param lasting whether clients never delete it, so that what it holds grows old
     * @param restart its restart policy
     */
    SoakMachine(String name, boolean lasting, String restart) {
        this.restart = restart;
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

    /** There is none any more, or another one; what was written is gone. */
    void forget() {
        id = "";
        blocks.clear();
    }

    long bytes() {
        return blocks.values().stream().mapToLong(Block::bytes).sum();
    }
}
