package io.sistemo.host;

/**
 * A process that cannot be taken for another: a pid alone is given out again.
 *
 * @param pid its process id
 * @param startTicks when it started, in clock ticks since boot: field 22 of {@code /proc/PID/stat}
 * @param bootId the boot in which it ran
 */
public record ProcessIdentity(long pid, long startTicks, BootId bootId) {}
