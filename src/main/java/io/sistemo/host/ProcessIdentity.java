package io.sistemo.host;

/**
 * A process that cannot be taken for another: a pid alone is given out again.
 *
 * @param pid its process id
 * @param startTicks when it started, in clock ticks since boot: field 22 of {@code /proc/PID/stat}
 * @param bootId the boot in which it ran
 */
public record ProcessIdentity(long pid, long startTicks, BootId bootId) {
    private static final int PARTS = 3;

    /** In words of a claim's detail; see {@link #parse}. */
    public String toText() {
        return pid + " " + startTicks + " " + bootId.value();
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static ProcessIdentity parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("not a process's identity: " + text);
        }
        return new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1]), new BootId(parts[2]));
    }
}
