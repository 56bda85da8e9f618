package io.sistemo.machine;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * What a running machine uses. Counters begin with its VMM.
 *
 * @param id its id
 * @param name its name
 * @param status RUNNING or PAUSED
 * @param at when it was measured
 * @param vcpus virtual CPUs
 * @param cpuNanoseconds processor time
 * @param cpuPercent of one processor's time, over the last seconds; empty when it was not measured before
 * @param throttledNanoseconds during which it was held back because it had used its share
 * @param memoryBytes of the host's memory, page cache included
 * @param memoryLimitBytes the most of that
 * @param processes processes and threads of its VMM
 * @param processLimit the most of those
 * @param disk what its guest did with its disks, if that was asked for and its VMM told
 * @param network what went through its network device
 */
public record MachineStats(
        UUID id,
        String name,
        MachineStatus status,
        Instant at,
        int vcpus,
        long cpuNanoseconds,
        OptionalDouble cpuPercent,
        long throttledNanoseconds,
        long memoryBytes,
        long memoryLimitBytes,
        long processes,
        int processLimit,
        Optional<Disk> disk,
        Optional<Network> network) {
    /**
     * What its guest did with its disks.
     *
     * @param readBytes bytes that it read
     * @param writtenBytes bytes that it wrote
     * @param reads requests to read
     * @param writes requests to write
     */
    public record Disk(long readBytes, long writtenBytes, long reads, long writes) {}

    /**
     * What went through its network device, as its guest sees it.
     *
     * @param receivedBytes bytes that came in
     * @param sentBytes bytes that went out
     * @param receivedPackets packets that came in
     * @param sentPackets packets that went out
     */
    public record Network(long receivedBytes, long sentBytes, long receivedPackets, long sentPackets) {}
}
