package io.sistemo.host;

/**
 * What the processes of a cgroup may use together.
 *
 * @param memoryBytes resident memory, page cache included
 * @param cpuPercent of one CPU's time: 250 is two and a half CPUs
 * @param processes processes and threads
 */
public record CgroupLimits(long memoryBytes, int cpuPercent, int processes) {}
