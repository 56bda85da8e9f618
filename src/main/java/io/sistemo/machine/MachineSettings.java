package io.sistemo.machine;

import io.sistemo.vmm.DeviceLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the configuration says about machines.
 *
 * @param limits the largest machine
 * @param readyTimeout how long a boot may take to answer
 * @param stopTimeout how long a guest may take to shut down
 * @param blockSmtp whether mail ports are closed to guests
 * @param dnsServers what guests ask for names
 * @param kernel the guests' kernel
 * @param devices the most that machines' devices let through
 * @param restarts when what ended by itself is started again
 * @param apiPort the daemon's own port, which leads to no machine
 */
public record MachineSettings(
        Limits limits,
        Duration readyTimeout,
        Duration stopTimeout,
        boolean blockSmtp,
        List<String> dnsServers,
        Path kernel,
        DeviceLimits devices,
        RestartRules restarts,
        int apiPort) {
    /** Copies the list. */
    public MachineSettings {
        dnsServers = List.copyOf(dnsServers);
    }

    /**
     * The largest machine, and what must stay free.
     *
     * @param vcpus virtual CPUs
     * @param memoryMib memory
     * @param storageMib size of a root volume
     * @param minDiskFreeMib deploys are refused when less is free on the data directory's filesystem
     * @param bridgePorts how many machines of one network may run
     */
    public record Limits(int vcpus, int memoryMib, int storageMib, int minDiskFreeMib, int bridgePorts) {
        /** As many machines on a network as its bridge can have ports. */
        public Limits(int vcpus, int memoryMib, int storageMib, int minDiskFreeMib) {
            this(vcpus, memoryMib, storageMib, minDiskFreeMib, BridgePorts.MOST);
        }
    }
}
