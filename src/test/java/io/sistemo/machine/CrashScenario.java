package io.sistemo.machine;

import io.sistemo.image.FakeExt4;
import io.sistemo.operation.OperationKind;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What daemons die in the middle of: every kind of operation, from the state in which it begins to the one in which it ends,
 * and what happens without anyone asking.
 */
enum CrashScenario {
    DEPLOY(OperationKind.MACHINE_DEPLOY, "a machine is deployed", "image tiny", "image tiny, m RUNNING"),
    START(
            OperationKind.MACHINE_START,
            "a stopped machine is started",
            "image tiny, m STOPPED",
            "image tiny, m RUNNING"),
    STOP(OperationKind.MACHINE_STOP, "a running machine is stopped", "image tiny, m RUNNING", "image tiny, m STOPPED"),
    RESTART(
            OperationKind.MACHINE_RESTART,
            "a running machine is restarted",
            "image tiny, m RUNNING",
            "image tiny, m RUNNING"),
    DELETE(OperationKind.MACHINE_DELETE, "a running machine is deleted", "image tiny, m RUNNING", "image tiny"),
    DELETE_STOPPED(OperationKind.MACHINE_DELETE, "a stopped machine is deleted", "image tiny, m STOPPED", "image tiny"),
    DELETE_PRESERVING(
            OperationKind.MACHINE_DELETE,
            "a running machine is deleted and its storage preserved",
            "image tiny, m RUNNING",
            "image tiny, volume m-root 2048"),
    DEPLOY_ON_VOLUME(
            OperationKind.MACHINE_DEPLOY,
            "a machine is deployed on the volume of an earlier one, with another one as its data disk",
            "image tiny, volume data 64, volume m-root 2048",
            "image tiny, m RUNNING, volume data 64 at m"),
    PULL_FILE(OperationKind.IMAGE_PULL, "an image is copied from a file", "image tiny", "image other=one, image tiny"),
    PULL_BUILT(OperationKind.IMAGE_PULL, "an image is built", "image tiny", "image debian=built, image tiny"),
    PULL_AGAIN(
            OperationKind.IMAGE_PULL,
            "an image is pulled whose file has changed",
            "image other=one, image tiny",
            "image other=two, image tiny"),
    PULL_SAME(
            OperationKind.IMAGE_PULL,
            "an image is pulled that is here under another name",
            "image other=one, image tiny",
            "image alias=one, image other=one, image tiny"),
    DELETE_IMAGE(
            OperationKind.IMAGE_DELETE,
            "the image of a running machine is deleted",
            "image tiny, m RUNNING",
            "m RUNNING"),
    DELETE_NAME(
            OperationKind.IMAGE_DELETE,
            "one of an image's two names is deleted",
            "image alias=one, image other=one, image tiny",
            "image alias=one, image tiny"),
    VOLUME_CREATE(OperationKind.VOLUME_CREATE, "a volume is created", "image tiny", "image tiny, volume data 64"),
    VOLUME_RESIZE(
            OperationKind.VOLUME_RESIZE,
            "a volume is made larger",
            "image tiny, volume data 64",
            "image tiny, volume data 128"),
    VOLUME_RESIZE_ATTACHED(
            OperationKind.VOLUME_RESIZE,
            "a stopped machine's volume is made larger",
            "image tiny, m STOPPED, volume data 64 at m",
            "image tiny, m STOPPED, volume data 128 at m"),
    VOLUME_CLONE(
            OperationKind.VOLUME_CLONE,
            "a volume is copied",
            "image tiny, volume data 64",
            "image tiny, volume copy 64, volume data 64"),
    VOLUME_EXPORT(
            OperationKind.VOLUME_EXPORT,
            "a volume is sent to a client",
            "image tiny, volume data 64",
            "image tiny, volume data 64"),
    VOLUME_IMPORT(
            OperationKind.VOLUME_IMPORT,
            "a volume is made of what a client sends",
            "image tiny",
            "image tiny, volume data 16"),
    VOLUME_DELETE(OperationKind.VOLUME_DELETE, "a volume is deleted", "image tiny, volume data 64", "image tiny"),
    VOLUME_ATTACH(
            OperationKind.VOLUME_ATTACH,
            "a volume is attached",
            "image tiny, m STOPPED, volume data 64",
            "image tiny, m STOPPED, volume data 64 at m"),
    VOLUME_DETACH(
            OperationKind.VOLUME_DETACH,
            "a volume is detached",
            "image tiny, m STOPPED, volume data 64 at m",
            "image tiny, m STOPPED, volume data 64"),
    VOLUME_RECOVER(
            OperationKind.VOLUME_RECOVER,
            "a disk without a row is taken up",
            "image tiny",
            "image tiny, volume data 64"),
    NETWORK_CREATE(OperationKind.NETWORK_CREATE, "a network is made", "image tiny", "image tiny, network blue"),
    NETWORK_DELETE(OperationKind.NETWORK_DELETE, "a network is deleted", "image tiny, network blue", "image tiny"),
    NETWORK_REPAIR(
            "the bridge of a running machine's network is gone and is made again",
            "image tiny, m RUNNING, network blue",
            "image tiny, m RUNNING, network blue"),
    FIREWALL(
            "another program's firewall has begun to drop what nobody decided about, and gets a rule that lets machines' packets pass",
            "image tiny, m RUNNING",
            "image tiny, m RUNNING"),
    DAEMON_START("a daemon starts where no machine is, for the first time", "image tiny", "image tiny"),
    DAEMON_STOP(
            "a daemon is told to stop while no machine runs, on a host with another program's firewall",
            "image tiny",
            "image tiny"),
    ADOPT("a daemon starts while a machine runs", "image tiny, m RUNNING", "image tiny, m RUNNING"),
    REBOOT("a daemon starts after a reboot", "image tiny, m RUNNING", "image tiny, m RUNNING"),
    PAUSE(OperationKind.MACHINE_PAUSE, "a running machine is paused", "image tiny, m RUNNING", "image tiny, m PAUSED"),
    RESUME(
            OperationKind.MACHINE_RESUME,
            "a paused machine is resumed",
            "image tiny, m PAUSED",
            "image tiny, m RUNNING"),
    STOP_PAUSED(
            OperationKind.MACHINE_STOP, "a paused machine is stopped", "image tiny, m PAUSED", "image tiny, m STOPPED"),
    ADOPT_PAUSED("a daemon starts while a machine is paused", "image tiny, m PAUSED", "image tiny, m PAUSED"),
    EXPOSE(
            OperationKind.MACHINE_EXPOSE,
            "a port of the host is led to a running machine",
            "image tiny, m RUNNING",
            "image tiny, m RUNNING, port 8080 to m"),
    UNEXPOSE(
            OperationKind.MACHINE_UNEXPOSE,
            "a port of the host is led to a running machine no more",
            "image tiny, m RUNNING, port 8080 to m",
            "image tiny, m RUNNING"),
    START_EXPOSED(
            OperationKind.MACHINE_START,
            "a stopped machine is started that ports lead to",
            "image tiny, m STOPPED, port 8080 to m",
            "image tiny, m RUNNING, port 8080 to m"),
    STOP_EXPOSED(
            OperationKind.MACHINE_STOP,
            "a running machine is stopped that ports lead to",
            "image tiny, m RUNNING, port 8080 to m",
            "image tiny, m STOPPED, port 8080 to m"),
    DELETE_EXPOSED(
            OperationKind.MACHINE_DELETE,
            "a running machine is deleted that ports lead to",
            "image tiny, m RUNNING, port 8080 to m",
            "image tiny"),
    VMM_DIES_RESTARTED(
            OperationKind.MACHINE_REBOOT,
            "the VMM of a machine is killed that is started again on failure",
            "image tiny, m RUNNING",
            "image tiny, m RUNNING"),
    VMM_DIES("a machine's VMM is killed", "image tiny, m RUNNING", "image tiny, m FAILED"),
    REPAIR(
            "a running machine's namespace has lost its name and is given it back",
            "image tiny, m RUNNING",
            "image tiny, m RUNNING"),
    ORPHANS("things of ours that no machine holds are removed", "image tiny, m RUNNING", "image tiny, m RUNNING");

    static final String NAME = "m";
    static final String DATA = "data";
    static final String NETWORK = "blue";
    static final int PORT = 8080;

    private final Optional<OperationKind> kind;
    private final String description;
    private final String before;
    private final String after;

    CrashScenario(OperationKind kind, String description, String before, String after) {
        this.kind = Optional.of(kind);
        this.description = description;
        this.before = before;
        this.after = after;
    }

    CrashScenario(String description, String before, String after) {
        this.kind = Optional.empty();
        this.description = description;
        this.before = before;
        this.after = after;
    }

    /** The operation that a user asks for; empty when nobody asks. */
    Optional<OperationKind> kind() {
        return kind;
    }

    /** What happens, as a sentence without its end. */
    String description() {
        return description;
    }

    /** Makes the state in which it begins. */
    void prepare(MachineWorld world) {
        CrashBeginning.prepare(this, world);
    }

    /** Asks for it, or lets it happen; {@code fault} is there from then on. */
    void begin(MachineWorld world, CrashPoints.Fault fault) {
        if (this == ADOPT || this == ADOPT_PAUSED || this == DAEMON_START) {
            world.restart(fault);
            return;
        }
        if (this == REBOOT) {
            world.reboot(fault);
            return;
        }
        if (this == VMM_DIES || this == VMM_DIES_RESTARTED) {
            long vmm = world.vmm(NAME);
            world.daemon().points().set(fault);
            world.host.exit(vmm, 1);
            world.daemon().awaitNoticed();
            return;
        }
        world.daemon().points().set(fault);
        if (this == ORPHANS || this == REPAIR || this == NETWORK_REPAIR || this == FIREWALL) {
            world.daemon().reconcile();
            return;
        }
        switch (this) {
            case DEPLOY -> world.machines().deploy(DeploySpecs.of(NAME));
            case EXPOSE -> world.machines().expose(NAME, ForwardScenes.port(PORT));
            case UNEXPOSE -> world.machines().unexpose(NAME, "tcp", Optional.empty(), PORT);
            case START, START_EXPOSED -> world.machines().start(NAME);
            case STOP, STOP_PAUSED, STOP_EXPOSED -> world.machines().stop(NAME);
            case PAUSE -> world.machines().pause(NAME);
            case RESUME -> world.machines().resume(NAME);
            case RESTART -> world.machines().restart(NAME);
            case DELETE, DELETE_STOPPED, DELETE_EXPOSED -> world.machines().delete(NAME, false);
            case DELETE_PRESERVING -> world.machines().delete(NAME, true);
            case PULL_FILE, PULL_AGAIN -> world.images().pull(MachineWorld.OTHER_FILE.toString());
            case PULL_SAME -> world.images().pull(MachineWorld.ALIAS_FILE.toString());
            case PULL_BUILT -> world.images().pull("debian");
            case DELETE_IMAGE -> world.images().delete(MachineWorld.IMAGE);
            case DELETE_NAME -> world.images().delete("other");
            case DEPLOY_ON_VOLUME ->
                world.machines().deploy(VolumeScenes.spec(NAME, new DeploySpec.Boot.OfVolume(NAME + "-root"), DATA));
            case VOLUME_CREATE -> world.volumes().create(Optional.of(DATA), MachineWorld.VOLUME_MIB);
            case VOLUME_RESIZE, VOLUME_RESIZE_ATTACHED -> world.volumes().resize(DATA, 2 * MachineWorld.VOLUME_MIB);
            case VOLUME_CLONE -> world.volumes().copy(DATA, "copy");
            case VOLUME_EXPORT -> world.volumes().send(DATA, _ -> OutputStream.nullOutputStream());
            case VOLUME_IMPORT -> world.volumes().receive(MachineWorld.upload(DATA, FakeExt4.bytes("sent")));
            case VOLUME_DELETE -> world.volumes().delete(DATA);
            case VOLUME_ATTACH -> world.machines().attach(NAME, DATA);
            case VOLUME_DETACH -> world.machines().detach(NAME, DATA);
            case VOLUME_RECOVER -> world.volumes().recover();
            case NETWORK_CREATE -> world.daemon().askForNetwork(NETWORK);
            case NETWORK_DELETE -> world.daemon().networks().delete(NETWORK);
            case DAEMON_STOP -> world.daemon().leave();
            case DAEMON_START, ADOPT, ADOPT_PAUSED, REBOOT, VMM_DIES, VMM_DIES_RESTARTED -> throw handledAbove();
            case REPAIR, NETWORK_REPAIR, FIREWALL, ORPHANS -> throw handledAbove();
        }
    }

    private static IllegalStateException handledAbove() {
        return new IllegalStateException("handled above");
    }

    private static Set<String> words(String list) {
        return new TreeSet<>(List.of(list.split(", ", -1)));
    }

    /** What users see when it was not done. */
    Set<String> before() {
        return words(before);
    }

    /** What users see when it was done. */
    Set<String> after() {
        return words(after);
    }

    /** What users may see when it was tried and failed. */
    List<Set<String>> failed() {
        return switch (this) {
            case DEPLOY, PULL_FILE, PULL_BUILT, PULL_AGAIN, PULL_SAME -> List.of(before());
            case DEPLOY_ON_VOLUME,
                    VOLUME_CREATE,
                    VOLUME_CLONE,
                    VOLUME_EXPORT,
                    VOLUME_IMPORT,
                    VOLUME_ATTACH,
                    VOLUME_DETACH,
                    VOLUME_RECOVER,
                    NETWORK_CREATE,
                    EXPOSE,
                    UNEXPOSE -> List.of(before());
            // What has grown stays so, though not all of it was written down.
            case VOLUME_RESIZE, VOLUME_RESIZE_ATTACHED -> List.of(before(), after());
            case START -> List.of(words("image tiny, m FAILED"));
            case START_EXPOSED -> List.of(words("image tiny, m FAILED, port 8080 to m"));
            // What could not be stopped is tried again; what then could not be started is not.
            case RESTART -> List.of(words("image tiny, m FAILED"), after());
            // These are tried until they work.
            case STOP,
                    STOP_PAUSED,
                    STOP_EXPOSED,
                    DELETE_EXPOSED,
                    PAUSE,
                    RESUME,
                    ADOPT_PAUSED,
                    DELETE,
                    DELETE_STOPPED,
                    DELETE_PRESERVING,
                    DELETE_IMAGE,
                    DELETE_NAME,
                    VOLUME_DELETE,
                    NETWORK_DELETE,
                    NETWORK_REPAIR,
                    FIREWALL,
                    DAEMON_START,
                    DAEMON_STOP,
                    ADOPT,
                    VMM_DIES,
                    REPAIR,
                    ORPHANS -> List.of(after());
            case REBOOT, VMM_DIES_RESTARTED -> List.of(words("image tiny, m FAILED"), after());
        };
    }

    /** Whether what was tried and failed is tried again as an operation of its own. */
    boolean repeats() {
        return this == VMM_DIES_RESTARTED;
    }

    /** What users may see when the host was started again before the daemon had noticed: then nothing has happened. */
    List<Set<String>> unnoticed() {
        if (this == VMM_DIES || this == VMM_DIES_RESTARTED) {
            return List.of(before());
        }
        // What stood still in memory is gone, and begins anew.
        boolean pauses = this == PAUSE || this == RESUME || this == STOP_PAUSED || this == ADOPT_PAUSED;
        return pauses ? List.of(words("image tiny, m RUNNING")) : List.of();
    }

    /** Whether every disk goes when it is done or tried. */
    boolean losesDisks() {
        return this == DELETE || this == DELETE_STOPPED || this == DELETE_EXPOSED || this == VOLUME_DELETE;
    }

    /** Whether there is a disk that no row knows, until it is done. */
    boolean findsStray() {
        return this == VOLUME_RECOVER;
    }
}
