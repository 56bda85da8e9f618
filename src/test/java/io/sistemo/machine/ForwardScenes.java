package io.sistemo.machine;

import java.util.Optional;

/** Ports of the host that lead to machines, for the tests of this package. */
final class ForwardScenes {
    private ForwardScenes() {}

    /** What a user asks for who wants a TCP port of the host, at every address, to lead to a machine's port 80. */
    static ForwardSpec port(int hostPort) {
        return new ForwardSpec("tcp", Optional.empty(), hostPort, 80);
    }

    /** Lets that be so. */
    static void expose(MachineWorld world, String machine, int hostPort) {
        world.machines().expose(machine, port(hostPort));
        world.daemon().settle();
    }
}
