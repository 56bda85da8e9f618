package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a running machine uses. Counters begin with its VMM; what is not known is null.
 *
 * @param machineId UUID
 * @param name its name
 * @param status {@code running} or {@code paused}
 * @param measuredAt RFC 3339, UTC
 * @param vcpus virtual CPUs
 * @param cpuTimeMs processor time of its VMM, in milliseconds
 * @param cpuPercent of one processor, over the last seconds; null within the first seconds of the VMM or of the daemon
 * @param cpuThrottledMs how long it was held back because it had used its share, in milliseconds
 * @param memoryBytes of the host's memory, page cache included
 * @param memoryLimitBytes the most of that: the guest's memory and the VMM's own
 * @param processes processes and threads of its VMM
 * @param processLimit the most of those
 * @param diskReadBytes bytes that its guest read; null in a list of machines, as all of the disk's numbers
 * @param diskWrittenBytes bytes that its guest wrote
 * @param diskReads requests to read
 * @param diskWrites requests to write
 * @param networkReceivedBytes bytes that its guest received
 * @param networkSentBytes bytes that its guest sent
 * @param networkReceivedPackets packets that its guest received
 * @param networkSentPackets packets that its guest sent
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MachineStats(
        String machineId,
        String name,
        String status,
        String measuredAt,
        int vcpus,
        long cpuTimeMs,
        @Nullable Double cpuPercent,
        long cpuThrottledMs,
        long memoryBytes,
        long memoryLimitBytes,
        long processes,
        int processLimit,
        @Nullable Long diskReadBytes,
        @Nullable Long diskWrittenBytes,
        @Nullable Long diskReads,
        @Nullable Long diskWrites,
        @Nullable Long networkReceivedBytes,
        @Nullable Long networkSentBytes,
        @Nullable Long networkReceivedPackets,
        @Nullable Long networkSentPackets) {}
