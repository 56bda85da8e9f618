package io.sistemo.daemon;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A release of Firecracker as its makers publish it: a gzipped tar archive for each processor, with firecracker and jailer
 * in it (https://github.com/firecracker-microvm/firecracker/releases).
 *
 * @param version for example 1.16.1
 * @param processor as in the archive's name: x86_64 or aarch64
 * @param sha256 of the archive, lower-case hexadecimal
 */
record FirecrackerRelease(String version, String processor, String sha256) {
    private static final String PINNED_VERSION = "1.16.1";
    /**
     * The release that this version of Sistemo is made for.
     *
     * @param processor as the JDK's {@code os.arch} has it
     * @return empty for a processor that Firecracker does not know
     */
    static Optional<FirecrackerRelease> pinned(String processor) {
        // The checksums are those of the release's own .sha256.txt files.
        return switch (processor) {
            case "amd64" ->
                Optional.of(new FirecrackerRelease(
                        PINNED_VERSION, "x86_64", "382a02a869e4d6d5cb14c40577f9545e8458021ea8b0b2d3fc10ec14d9c242e6"));
            case "aarch64" ->
                Optional.of(new FirecrackerRelease(
                        PINNED_VERSION, "aarch64", "8d0e69f6d6f9a1724551f607f18504052c16c1828ee3d4d7b6e6c73380871e0e"));
            default -> Optional.empty();
        };
    }

    /** Where the archive is. */
    URI address() {
        return URI.create("https://github.com/firecracker-microvm/firecracker/releases/download/v" + version
                + "/firecracker-v" + version + "-" + processor + ".tgz");
    }

    /** Matches the path in an archive of a program of the release; its debugging symbols have other names. */
    Pattern member(String program) {
        return Pattern.compile("(?:[^/]+/)*" + program + "(?:-v[0-9][0-9.a-z-]*-" + processor + ")?");
    }
}
