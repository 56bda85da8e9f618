package io.sistemo.machine;

import io.sistemo.host.CallListener;
import io.sistemo.store.CommitListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Every place at which a program can die, numbered in the order in which it comes by: before, after and in the middle of each
 * call on the host, before and after each commit. A fault decides what happens there.
 */
final class CrashPoints implements CallListener, CommitListener {
    private final List<String> passed = new ArrayList<>();
    private Fault fault = Fault.NONE;
    private boolean dead;

    /**
     * A place, taken apart.
     *
     * @param moment before, after, or step for the middle
     * @param call like {@code namespaces.add}, or {@code commit}
     */
    record Point(String moment, String call) {
        /** Calls that only look. */
        private static final Set<String> READS = Set.of(
                "bootId",
                "files.directoryExists",
                "files.list",
                "files.read",
                "files.readInEach",
                "files.thoseWith",
                "disks.find",
                "disks.readHead",
                "disks.send",
                "disks.freeBytes",
                "cgroups.exists",
                "cgroups.isWhole",
                "cgroups.members",
                "cgroups.list",
                "cgroups.cpuNanoseconds",
                "cgroups.usage",
                "processes.traffic",
                "namespaces.exists",
                "namespaces.list",
                "namespaces.inspect",
                "links.find",
                "links.routes",
                "links.list",
                "packetFilter.findTable",
                "packetFilter.fingerprint",
                "packetFilter.chains",
                "packetFilter.hasRule",
                "packetFilter.endsWithRule",
                "packetFilter.namesLink",
                "packetFilter.oldRules",
                "ports.holders",
                "ports.isOfHost",
                "processes.alive",
                "processes.aliveAmong",
                "processes.identify",
                "processes.watch",
                "sysctls.read");

        static Point parse(String point) {
            String[] words = point.split(" ", -1);
            return new Point(words[0], words[0].equals("step") ? words[3] : words[1]);
        }

        boolean isCommit() {
            return call.equals("commit");
        }

        /** Whether something has just been changed, in part or wholly. */
        boolean hasChanged() {
            return moment.equals("step") || (moment.equals("after") && changes());
        }

        /** Whether the call does more than to look. */
        boolean changes() {
            return !READS.contains(call);
        }
    }

    /** What goes wrong. */
    interface Fault {
        /** Nothing does. */
        Fault NONE = (_, _) -> {};

        /**
         * Told of each place; throws {@link Died} to end the program there, or what the host would throw.
         *
         * @param number counted from 0 since the fault was set
         * @param point what happens, like {@code before namespaces.add sv-1}
         */
        void strike(int number, String point);

        /** The program dies at one place. */
        static Fault deathAt(int number) {
            return (at, point) -> {
                if (at == number) {
                    throw new Died(point);
                }
            };
        }
    }

    /** The program is dead. Not an exception, so that nothing in it takes it for a failure. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;

        Died(String point) {
            super(point, null, false, false);
        }
    }

    /** Begins to count anew. */
    synchronized void set(Fault newFault) {
        fault = newFault;
        passed.clear();
    }

    /** Ends the program from outside: it can do nothing any more. */
    synchronized void kill() {
        dead = true;
    }

    synchronized boolean dead() {
        return dead;
    }

    /** What was passed since the fault was set. */
    synchronized List<String> passed() {
        return List.copyOf(passed);
    }

    private synchronized void pass(String point) {
        if (dead) {
            throw new Died("dead already");
        }
        passed.add(point);
        try {
            fault.strike(passed.size() - 1, point);
        } catch (Died e) {
            dead = true;
            throw e;
        }
    }

    @Override
    public void before(String call) {
        pass("before " + call);
    }

    @Override
    public void after(String call) {
        pass("after " + call);
    }

    @Override
    public void step(String call, int done) {
        pass("step " + done + " of " + call);
    }

    @Override
    public void beforeCommit() {
        pass("before commit");
    }

    @Override
    public void afterCommit() {
        pass("after commit");
    }
}
