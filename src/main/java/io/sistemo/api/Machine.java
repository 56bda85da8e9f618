package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine as clients see it. Fields without a value are null on the wire, never left out.
 *
 * @param id UUID
 * @param name unique name
 * @param status {@code running}, {@code paused}, {@code stopped}, {@code maintenance} (an operation is at work), {@code error} or {@code failed}
 * @param maintenanceOperation what is being done: deploy, start, stop, restart, reboot, pause, resume or delete; null unless in maintenance
 * @param image name of the image it was made from; null when booted from an existing root volume
 * @param imageDigest {@code sha256:...} of that image
 * @param ipAddress IPv4 address
 * @param namespace its network namespace on the host
 * @param vcpus number of virtual CPUs
 * @param memoryMb memory in MiB
 * @param storageMb size of the root volume in MiB
 * @param networkName {@code default} unless another was asked for
 * @param createdAt RFC 3339, UTC
 * @param lastStateChange RFC 3339, UTC
 * @param pid of the VMM process; null when none runs
 * @param portRules ports of the host that lead here
 * @param volumes the root volume first, then data volumes in their order
 * @param restart {@code no}, {@code on-failure} or {@code always}; null when not known
 * @param restartAttempt the number of the next attempt to start it again; null unless it waits for one
 * @param restartAt when that is due, RFC 3339, UTC; null unless it waits for one
 * @param limits what its devices let through; null while it does not run, or when that is not known any more
 * @param diagnosis what is wrong though it runs: its VMM does not answer, its guest panicked or stands still; null when
 *     nothing is known to be
 * @param lastError the reason when the status is error or failed, or when it is being started again
 * @param metadata the user's own labels
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Machine(
        String id,
        String name,
        String status,
        @Nullable String maintenanceOperation,
        @Nullable String image,
        @Nullable String imageDigest,
        @Nullable String ipAddress,
        @Nullable String namespace,
        int vcpus,
        long memoryMb,
        long storageMb,
        String networkName,
        String createdAt,
        String lastStateChange,
        @Nullable Long pid,
        List<PortRule> portRules,
        List<AttachedVolume> volumes,
        @Nullable String restart,
        @Nullable Integer restartAttempt,
        @Nullable String restartAt,
        @Nullable MachineLimits limits,
        @Nullable String diagnosis,
        @Nullable String lastError,
        Map<String, String> metadata) {}
