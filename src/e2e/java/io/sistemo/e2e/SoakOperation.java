package io.sistemo.e2e;

import static io.sistemo.e2e.SoakMachine.State.ABSENT;
import static io.sistemo.e2e.SoakMachine.State.FAILED;
import static io.sistemo.e2e.SoakMachine.State.PAUSED;
import static io.sistemo.e2e.SoakMachine.State.RUNNING;
import static io.sistemo.e2e.SoakMachine.State.STOPPED;

import io.sistemo.e2e.SoakMachine.State;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What clients of the soak ask for.
 *
 * @param name for the report
 * @param weight how often it is chosen, beside the others that make sense
 * @param sensible of what a machine may be a user may want it
 * @param target what the machine is when it was done; empty when it stays what it is
 * @param otherwise what it may be too when it was not done
 * @param request asks for it and waits for the answer
 */
record SoakOperation(
        String name, int weight, Set<State> sensible, Optional<State> target, Set<State> otherwise, Request request) {

    private static final SoakOperation DEPLOY =
            changing("deploy", 3, EnumSet.of(ABSENT), RUNNING, EnumSet.of(RUNNING, ABSENT), SoakRequests::deploy);
    private static final SoakOperation STOP = changing(
            "stop",
            1,
            EnumSet.of(RUNNING, PAUSED),
            STOPPED,
            EnumSet.of(STOPPED),
            (requests, machine) -> requests.ofMachine(machine, "stop"));

    static final SoakOperation READ = inGuest("read", 6, SoakRequests::read);
    static final SoakOperation START = changing(
            "start",
            3,
            EnumSet.of(STOPPED, FAILED),
            RUNNING,
            EnumSet.of(RUNNING, FAILED),
            (requests, machine) -> requests.ofMachine(machine, "start"));
    static final SoakOperation RESTART = changing(
            "restart",
            2,
            EnumSet.of(RUNNING, PAUSED),
            RUNNING,
            EnumSet.of(RUNNING, STOPPED, FAILED),
            (requests, machine) -> requests.ofMachine(machine, "restart"));
    static final SoakOperation DELETE = changing(
            "delete",
            1,
            EnumSet.of(RUNNING, PAUSED, STOPPED, FAILED),
            ABSENT,
            EnumSet.of(ABSENT),
            SoakRequests::delete);
    /** A guest that stands still answers nobody: it is no rival of who wants something of the guest. */
    static final SoakOperation PAUSE = changing(
            "pause",
            2,
            EnumSet.of(RUNNING),
            PAUSED,
            EnumSet.of(PAUSED),
            (requests, machine) -> requests.ofMachine(machine, "pause"));

    private static final SoakOperation RESUME = changing(
            "resume",
            6,
            EnumSet.of(PAUSED),
            RUNNING,
            EnumSet.of(RUNNING),
            (requests, machine) -> requests.ofMachine(machine, "resume"));

    private static final SoakOperation FORWARD = inGuest("forward", 4, SoakRequests::forward);

    /** All of them: an operation that the program learns joins here. */
    static final List<SoakOperation> ALL = List.of(
            DEPLOY, inGuest("write", 14, SoakRequests::write), READ, START, STOP, RESTART, DELETE, PAUSE, RESUME, FORWARD);

    /** How it is asked for. */
    interface Request {
        SoakAnswer send(SoakRequests requests, SoakMachine machine) throws Exception;
    }

    private static SoakOperation inGuest(String name, int weight, Request request) {
        return new SoakOperation(
                name, weight, EnumSet.of(RUNNING), Optional.empty(), EnumSet.noneOf(State.class), request);
    }

    private static SoakOperation changing(
            String name, int weight, Set<State> sensible, State target, Set<State> otherwise, Request request) {
        return new SoakOperation(name, weight, sensible, Optional.of(target), otherwise, request);
    }

    /** What a machine may be after an answer, given what it may have been before. Pure. */
    Set<State> after(SoakAnswer.Kind kind, Set<State> before) {
        if (target.isEmpty() || kind.changedNothing()) {
            return before;
        }
        if (kind == SoakAnswer.Kind.DONE) {
            return EnumSet.of(target.get());
        }
        EnumSet<State> after = EnumSet.copyOf(before);
        // What is not there becomes nothing else than deployed.
        if (sensible.contains(ABSENT) || !before.equals(EnumSet.of(ABSENT))) {
            after.addAll(otherwise);
        }
        return after;
    }
}
