package io.sistemo.machine;

import io.sistemo.vmm.DeviceLimits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * All that users see of a machine, as it stood at one moment.
 *
 * @param id its id
 * @param name its name, unique among machines
 * @param status the derived state
 * @param maintenanceOperation what is being done with it, when the status is MAINTENANCE
 * @param image the image that it was deployed from, as the user named it; empty when it boots a volume
 * @param imageDigest that image's digest, {@code sha256:...}
 * @param ipAddress its address on its network
 * @param namespace the name of its network namespace
 * @param vcpus virtual CPUs
 * @param memoryMib memory in MiB
 * @param storageMib size of the root volume in MiB
 * @param networkName the network that it is on
 * @param createdAt when it was deployed
 * @param lastStateChange when the status last changed
 * @param vmmPid the VMM's process id while one runs
 * @param forwards ports of the host that lead to it, while it should run
 * @param volumes its disks, the root volume first
 * @param metadata the user's own labels
 * @param limits what its VMM that runs was started with, if that is known
 * @param restart when it is started again, and whether it waits for that
 * @param diagnosis what is wrong with its VMM or its guest though it runs, as a clause for the user
 * @param error why the status is ERROR or FAILED or why it is being started again, as a sentence for the user
 */
public record MachineDetails(
        UUID id,
        String name,
        MachineStatus status,
        Optional<String> maintenanceOperation,
        Optional<String> image,
        Optional<String> imageDigest,
        Optional<String> ipAddress,
        Optional<String> namespace,
        int vcpus,
        int memoryMib,
        int storageMib,
        String networkName,
        Instant createdAt,
        Instant lastStateChange,
        OptionalLong vmmPid,
        List<ForwardDetails> forwards,
        List<VolumeDetails> volumes,
        Map<String, String> metadata,
        Optional<Limits> limits,
        Supervision restart,
        Optional<String> diagnosis,
        Optional<String> error) {

    /** Copies the collections. */
    public MachineDetails {
        forwards = List.copyOf(forwards);
        volumes = List.copyOf(volumes);
        metadata = Map.copyOf(metadata);
    }

    /**
     * The most that its devices let through in each second; empty is unlimited.
     *
     * @param receivedBytes what it receives from the network
     * @param sentBytes what it sends to the network
     * @param diskOperations reads and writes of each disk
     * @param diskBytes what is read from and written to each disk
     */
    public record Limits(
            OptionalLong receivedBytes, OptionalLong sentBytes, OptionalLong diskOperations, OptionalLong diskBytes) {
        static Limits of(DeviceLimits limits) {
            return new Limits(limits.receivedBytes(), limits.sentBytes(), limits.diskOperations(), limits.diskBytes());
        }
    }

    /**
     * One port rule.
     *
     * @param hostPort port on the host
     * @param machinePort port in the guest
     * @param protocol {@code tcp} or {@code udp}
     * @param address the host's address at which it is; empty for each of them
     */
    public record ForwardDetails(int hostPort, int machinePort, String protocol, Optional<String> address) {}

    /**
     * One disk.
     *
     * @param id the volume's id
     * @param name the volume's name
     * @param sizeMib its size in MiB
     * @param role {@code root} or {@code data}
     */
    public record VolumeDetails(UUID id, String name, int sizeMib, String role) {}
}
