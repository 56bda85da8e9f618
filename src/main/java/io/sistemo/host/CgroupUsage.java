package io.sistemo.host;

/**
 * What the processes of a cgroup use together.
 *
 * @param cpuNanoseconds of processor time since it was made
 * @param throttledNanoseconds during which they were held back because the quota was used up
 * @param memoryBytes resident now, page cache included
 * @param processes processes and threads now
 */
public record CgroupUsage(long cpuNanoseconds, long throttledNanoseconds, long memoryBytes, long processes) {}
