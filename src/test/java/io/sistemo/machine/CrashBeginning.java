package io.sistemo.machine;

import static io.sistemo.machine.CrashScenario.DATA;
import static io.sistemo.machine.CrashScenario.NAME;
import static io.sistemo.machine.CrashScenario.NETWORK;
import static io.sistemo.machine.CrashScenario.PORT;

import java.util.Optional;

/** The states in which the scenarios of the crash suite begin. */
final class CrashBeginning {
    private CrashBeginning() {}

    /** Makes the state in which it begins. */
    static void prepare(CrashScenario scenario, MachineWorld world) {
        switch (scenario) {
            case DEPLOY, PULL_FILE, PULL_BUILT, VOLUME_CREATE, VOLUME_IMPORT, NETWORK_CREATE -> {
                // Nothing is there before.
            }
            case DAEMON_START -> world.daemon().leave();
            case DAEMON_STOP -> putRuleIntoDockers(world);
            case FIREWALL -> {
                world.deploy(NAME);
                world.host.startDocker();
            }
            case VOLUME_RESIZE, VOLUME_CLONE, VOLUME_EXPORT, VOLUME_DELETE -> world.createVolume(DATA);
            case NETWORK_DELETE -> world.createNetwork(NETWORK);
            case NETWORK_REPAIR -> loseBridge(world);
            case VOLUME_RECOVER -> loseRow(world);
            case VOLUME_ATTACH -> {
                world.createVolume(DATA);
                world.deployStopped(NAME);
            }
            case VOLUME_DETACH, VOLUME_RESIZE_ATTACHED -> {
                world.createVolume(DATA);
                world.deployStopped(NAME);
                world.machines().attach(NAME, DATA);
                world.daemon().settle();
            }
            case DEPLOY_ON_VOLUME -> {
                world.createVolume(DATA);
                world.deploy(NAME);
                world.machines().delete(NAME, true);
                world.daemon().settle();
            }
            case START, DELETE_STOPPED -> world.deployStopped(NAME);
            case STOP, RESTART, PAUSE, DELETE, DELETE_PRESERVING, DELETE_IMAGE, ADOPT, REBOOT, VMM_DIES, EXPOSE ->
                world.deploy(NAME);
            case UNEXPOSE, START_EXPOSED, STOP_EXPOSED, DELETE_EXPOSED -> prepareExposed(scenario, world);
            case RESUME, STOP_PAUSED, ADOPT_PAUSED -> {
                world.deploy(NAME);
                world.machines().pause(NAME);
                world.daemon().settle();
            }
            case VMM_DIES_RESTARTED -> world.deploy(NAME, RestartPolicy.ON_FAILURE);
            case REPAIR -> loseNamespacesName(world);
            case ORPHANS -> {
                world.deploy(NAME);
                world.plantOrphans();
            }
            case PULL_AGAIN -> {
                world.pull(MachineWorld.OTHER_FILE);
                world.writeImageFile(MachineWorld.OTHER_FILE, "two");
            }
            case PULL_SAME -> world.pull(MachineWorld.OTHER_FILE);
            case DELETE_NAME -> {
                world.pull(MachineWorld.OTHER_FILE);
                world.pull(MachineWorld.ALIAS_FILE);
            }
        }
    }

    private static void putRuleIntoDockers(MachineWorld world) {
        world.host.startDocker();
        world.daemon().reconcile();
        world.daemon().settle();
    }

    private static void loseRow(MachineWorld world) {
        world.createVolume(DATA);
        world.daemon().forgetVolume(DATA);
    }

    /** Of the network of a machine that runs. */
    private static void loseBridge(MachineWorld world) {
        world.createNetwork(NETWORK);
        world.machines().deploy(DeploySpecs.onNetwork(NAME, NETWORK));
        world.daemon().settle();
        world.host.links().delete(Optional.empty(), "br-" + NETWORK);
    }

    private static void prepareExposed(CrashScenario scenario, MachineWorld world) {
        if (scenario == CrashScenario.START_EXPOSED) {
            world.deployStopped(NAME);
        } else {
            world.deploy(NAME);
        }
        ForwardScenes.expose(world, NAME, PORT);
    }

    private static void loseNamespacesName(MachineWorld world) {
        world.deploy(NAME);
        world.host
                .namespaces()
                .delete(world.machines().require(NAME).namespace().orElseThrow());
    }
}
