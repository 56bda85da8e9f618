package io.sistemo.vmm.firecracker;

import io.sistemo.host.HostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Firecracker or of its jailer. */
public record FirecrackerVersion(int major, int minor, int patch) implements Comparable<FirecrackerVersion> {
    /** The oldest that is used: earlier ones have a hole that was closed in this one. */
    public static final FirecrackerVersion OLDEST = new FirecrackerVersion(1, 15, 1);
    /** The first whose serial console can be limited. */
    static final FirecrackerVersion LIMITS_SERIAL = new FirecrackerVersion(1, 16, 0);

    private static final Pattern FORM = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:-[0-9A-Za-z.-]+)?");
    private static final Pattern PRINTED =
            Pattern.compile("^(?:Firecracker|Jailer) (v\\S+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    /**
     * Reads what the programs print when they are asked for {@code --version}.
     *
     * @param program for the message
     * @throws HostException when it is something else
     */
    public static FirecrackerVersion ofPrinted(String program, String printed) {
        Matcher matcher = PRINTED.matcher(printed);
        if (!matcher.find()) {
            throw new HostException(program + " is not what it should be: asked for its version it printed "
                    + OneLine.of(printed, "nothing"));
        }
        return parse(program, matcher.group(1));
    }

    /**
     * Reads a version like {@code 1.16.1}.
     *
     * @param program for the message
     * @throws HostException when it is none
     */
    public static FirecrackerVersion parse(String program, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new HostException(program + " has a version that cannot be read: " + OneLine.of(text, "none"));
        }
        return new FirecrackerVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    /**
     * Checks that it is new enough.
     *
     * @param program for the message
     * @throws HostException when it is not
     */
    public void requireSupported(String program) {
        if (compareTo(OLDEST) < 0) {
            throw new HostException(program + " is version " + this + ", which has known security holes: install "
                    + OLDEST + " or later");
        }
    }

    @Override
    public int compareTo(FirecrackerVersion other) {
        return java.util.Comparator.comparingInt(FirecrackerVersion::major)
                .thenComparingInt(FirecrackerVersion::minor)
                .thenComparingInt(FirecrackerVersion::patch)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
