package io.sistemo.e2e;

import static io.sistemo.e2e.SoakMachine.State.ABSENT;
import static io.sistemo.e2e.SoakMachine.State.FAILED;
import static io.sistemo.e2e.SoakMachine.State.KEPT;
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
 * @param onVolume what it is to the volume at hand
 * @param request asks for it and waits for the answer
 */
record SoakOperation(
        String name,
        int weight,
        Set<State> sensible,
        Optional<State> target,
        Set<State> otherwise,
        SoakOnVolume onVolume,
        Request request) {

    private static final Set<State> NO_MACHINE = EnumSet.of(ABSENT, KEPT);
    private static final Set<State> ANY_MACHINE = EnumSet.of(RUNNING, PAUSED, STOPPED, FAILED);

    static final SoakOperation STOP = changing(
            "stop",
            2,
            EnumSet.of(RUNNING, PAUSED),
            STOPPED,
            EnumSet.of(STOPPED),
            (requests, machine) -> requests.ofMachine(machine, "stop"));
    private static final SoakOperation DEPLOY =
            changing("deploy", 3, EnumSet.of(ABSENT), RUNNING, EnumSet.of(RUNNING, ABSENT), SoakRequests::deploy);
    private static final SoakOperation DEPLOY_ATTACHING = DEPLOY.on(
            "deploy --attach",
            6,
            SoakOnVolume.ATTACHES,
            (requests, machine) -> requests.volumes().deployAttaching(machine));

    static final SoakOperation DEPLOY_ON_ROOT = changing(
            "deploy --volume",
            3,
            EnumSet.of(KEPT),
            RUNNING,
            EnumSet.of(RUNNING, KEPT),
            (requests, machine) -> requests.volumes().deployOnRoot(machine));
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
                    "delete", 1, ANY_MACHINE, ABSENT, EnumSet.of(ABSENT), SoakRequests::delete)
            .on("delete", 1, SoakOnVolume.LETS_GO, SoakRequests::delete);
    static final SoakOperation DELETE_PRESERVING = changing(
                    "delete --preserve-storage", 1, ANY_MACHINE, KEPT, EnumSet.of(KEPT), SoakRequests::delete)
            .on(
                    "delete --preserve-storage",
                    1,
                    SoakOnVolume.LETS_GO,
                    (requests, machine) -> requests.volumes().deletePreserving(machine));
    /** Of a root that was kept. */
    static final SoakOperation DELETE_ROOT = changing(
            "delete of a root",
            1,
            EnumSet.of(KEPT),
            ABSENT,
            EnumSet.of(ABSENT),
            (requests, machine) -> requests.volumes().delete(machine.root()));
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

    static final SoakOperation READ_VOLUME = inGuest(
                    "read of a volume",
                    5,
                    (requests, machine) -> requests.volumes().read(machine))
            .with(SoakOnVolume.USES);
    static final SoakOperation ATTACH =
            ofVolume("attach", 5, EnumSet.of(STOPPED), SoakOnVolume.ATTACHES, SoakVolumeRequests::attach);
    static final SoakOperation DETACH =
            ofVolume("detach", 1, EnumSet.of(STOPPED), SoakOnVolume.DETACHES, SoakVolumeRequests::detach);
    static final SoakOperation DELETE_VOLUME = ofVolume(
            "delete of a volume", 1, EnumSet.allOf(State.class), SoakOnVolume.DELETES, SoakVolumeRequests::delete);

    private static final SoakOperation RECOVER = new SoakOperation(
            "recover",
            1,
            EnumSet.allOf(State.class),
            Optional.empty(),
            EnumSet.noneOf(State.class),
            SoakOnVolume.NOTHING,
            (requests, machine) -> requests.volumes().recover());

    private static final SoakOperation FORWARD = inGuest("forward", 4, SoakRequests::forward);

    /** All of them: an operation that the program learns joins here. */
    static final List<SoakOperation> ALL = List.of(
            DEPLOY,
            DEPLOY_ATTACHING,
            DEPLOY_ON_ROOT,
            inGuest("write", 14, SoakRequests::write),
            READ,
            START,
            STOP,
            RESTART,
            DELETE,
            DELETE_PRESERVING,
            DELETE_ROOT,
            PAUSE,
            RESUME,
            ofVolume("create", 4, EnumSet.allOf(State.class), SoakOnVolume.CREATES, SoakVolumeRequests::create),
            ATTACH,
            DETACH,
            ofVolume("resize", 1, EnumSet.allOf(State.class), SoakOnVolume.RESIZES_FREE, SoakVolumeRequests::resize),
            ofVolume("resize at a machine", 1, EnumSet.of(STOPPED), SoakOnVolume.RESIZES, SoakVolumeRequests::resize),
            ofVolume("clone", 1, EnumSet.allOf(State.class), SoakOnVolume.COPIES_FREE, SoakVolumeRequests::copy),
            ofVolume("clone at a machine", 1, EnumSet.of(STOPPED), SoakOnVolume.COPIES, SoakVolumeRequests::copy),
            ofVolume(
                    "export and import",
                    3,
                    EnumSet.allOf(State.class),
                    SoakOnVolume.COPIES_FREE,
                    SoakVolumeRequests::exportAndImport),
            ofVolume(
                    "export and import at a machine",
                    2,
                    EnumSet.of(STOPPED),
                    SoakOnVolume.COPIES,
                    SoakVolumeRequests::exportAndImport),
            RECOVER,
            DELETE_VOLUME,
            inGuest(
                            "write of a volume",
                            8,
                            (requests, machine) -> requests.volumes().write(machine))
                    .with(SoakOnVolume.USES),
            READ_VOLUME,
            FORWARD);

    /** How it is asked for. */
    interface Request {
        SoakAnswer send(SoakRequests requests, SoakMachine machine) throws Exception;
    }

    /** How something is asked for that concerns a volume. */
    interface VolumeRequest {
        SoakAnswer send(SoakVolumeRequests requests, SoakMachine machine, SoakVolume volume) throws Exception;
    }

    private static SoakOperation inGuest(String name, int weight, Request request) {
        return new SoakOperation(
                name,
                weight,
                EnumSet.of(RUNNING),
                Optional.empty(),
                EnumSet.noneOf(State.class),
                SoakOnVolume.NOTHING,
                request);
    }

    private static SoakOperation changing(
            String name, int weight, Set<State> sensible, State target, Set<State> otherwise, Request request) {
        return new SoakOperation(name, weight, sensible, Optional.of(target), otherwise, SoakOnVolume.NOTHING, request);
    }

    private static SoakOperation ofVolume(
            String name, int weight, Set<State> sensible, SoakOnVolume onVolume, VolumeRequest request) {
        return new SoakOperation(
                name,
                weight,
                sensible,
                Optional.empty(),
                EnumSet.noneOf(State.class),
                onVolume,
                (requests, machine) -> request.send(requests.volumes(), machine, machine.volume.orElseThrow()));
    }

    /** The same to a machine, and something to the volume at hand. */
    private SoakOperation on(String otherName, int otherWeight, SoakOnVolume does, Request otherRequest) {
        return new SoakOperation(otherName, otherWeight, sensible, target, otherwise, does, otherRequest);
    }

    private SoakOperation with(SoakOnVolume does) {
        return on(name, weight, does, request);
    }

    /** Whether it is about a volume, and nothing else. */
    boolean isOfVolume() {
        return target.isEmpty() && onVolume != SoakOnVolume.NOTHING && onVolume != SoakOnVolume.USES;
    }

    /** Whether a guest does it. */
    boolean isInGuest() {
        return target.isEmpty() && sensible.equals(EnumSet.of(RUNNING));
    }

    /** Whether a user may want it of a machine that was seen, and of the volume at hand. */
    boolean makesSense(SoakMachine machine) {
        boolean destroys = equals(DELETE) || equals(DELETE_ROOT);
        boolean destroysVolume = equals(DELETE_VOLUME);
        return sensible.contains(machine.seen)
                && onVolume.makesSense(machine)
                && !(machine.lasting && destroys)
                && !(destroysVolume && machine.volume.orElseThrow().lasting);
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
        if (!NO_MACHINE.containsAll(before) || sensible.stream().anyMatch(NO_MACHINE::contains)) {
            after.addAll(otherwise);
        }
        return after;
    }
}
