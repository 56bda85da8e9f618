package io.sistemo.network;

import java.nio.file.Path;

/**
 * Where one network's resolver has its files and its control group. They lie in {@code /run}, since the resolver, whom no
 * other place of ours lets in, reads them, and since they mean nothing after a reboot.
 *
 * @param installation whose it is
 * @param bridge the network's
 */
public record ResolverPlace(String installation, String bridge) {
    private static final Path RUN = Path.of("/run");
    private static final String LOG_SUFFIX = ".log";

    /** What the resolvers of an installation have together. */
    public static Path directory(String installation) {
        return RUN.resolve("sistemo-" + installation);
    }

    /** The same. */
    public Path directory() {
        return directory(installation);
    }

    /** A file in here for each machine that has a name now; see {@link MachineName}. */
    public Path names() {
        return directory().resolve(bridge);
    }

    /** What the resolver says of itself. */
    public Path log() {
        return directory().resolve(bridge + LOG_SUFFIX);
    }

    /** The parent of the control groups of an installation's resolvers; those of machines have another. */
    public static String cgroups(String installation) {
        return "sistemo/" + installation + "-resolvers";
    }

    /** The control group of this one. */
    public String cgroup() {
        return cgroups(installation) + "/" + bridge;
    }
}
