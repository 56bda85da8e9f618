package io.sistemo.daemon;

import io.sistemo.image.IoReason;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of the host without which no machine can be made or run. */
public final class InstallationTools {
    /** Programs and the Debian packages that have them. */
    private static final Map<String, String> PACKAGES = packages();

    private static final Pattern DNSMASQ_VERSION = Pattern.compile("Dnsmasq version (\\d{1,4})\\.(\\d{1,4})");
    private static final int DNSMASQ_MAJOR = 2;
    private static final int DNSMASQ_MINOR = 88;

    private InstallationTools() {}

    /**
     * Checks that this process is root's.
     *
     * @throws Refusal HOST_UNUSABLE
     */
    public static void requireRoot() {
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw new Refusal(
                        RefusalCode.HOST_UNUSABLE, "Preparing a data directory needs root: sudo sistemo install");
            }
        } catch (IOException e) {
            throw new Refusal(RefusalCode.HOST_UNUSABLE, "Cannot read /proc/self: " + IoReason.of(e) + ".", e);
        }
    }

    /**
     * Checks that all programs are there.
     *
     * @param searchPath the value of PATH
     * @throws Refusal HOST_UNUSABLE with all that are missing and the one command that installs them
     */
    public static void require(String searchPath) {
        List<String> missing = missing(searchPath);
        if (!missing.isEmpty()) {
            List<String> packages =
                    missing.stream().map(PACKAGES::get).distinct().sorted().toList();
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE,
                    "Missing programs: " + String.join(", ", missing) + ". Install them with: apt install "
                            + String.join(" ", packages));
        }
    }

    /** Those that are not in the search path. */
    public static List<String> missing(String searchPath) {
        List<Path> directories = Arrays.stream(searchPath.split(":", -1))
                .filter(part -> !part.isEmpty())
                .map(Path::of)
                .toList();
        return PACKAGES.keySet().stream()
                .filter(program ->
                        directories.stream().noneMatch(directory -> Files.isExecutable(directory.resolve(program))))
                .toList();
    }

    /**
     * Checks what dnsmasq says of its version: earlier ones keep names whose file is gone.
     *
     * @return the version
     * @throws Refusal HOST_UNUSABLE
     */
    static String requireResolverVersion(String said) {
        Matcher version = DNSMASQ_VERSION.matcher(said);
        if (!version.lookingAt()) {
            throw new Refusal(RefusalCode.HOST_UNUSABLE, "dnsmasq does not tell its version");
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        if (major < DNSMASQ_MAJOR || (major == DNSMASQ_MAJOR && minor < DNSMASQ_MINOR)) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE,
                    "dnsmasq " + major + "." + minor + " keeps names of machines that are stopped or gone");
        }
        return "dnsmasq " + major + "." + minor;
    }

    private static Map<String, String> packages() {
        Map<String, String> packages = new LinkedHashMap<>();
        packages.put("qemu-system-x86_64", "qemu-system-x86");
        packages.put("nft", "nftables");
        packages.put("ip", "iproute2");
        packages.put("dnsmasq", "dnsmasq-base");
        packages.put("mkfs.ext4", "e2fsprogs");
        packages.put("mmdebstrap", "mmdebstrap");
        packages.put("nsenter", "util-linux");
        packages.put("setpriv", "util-linux");
        packages.put("flock", "util-linux");
        packages.put("prlimit", "util-linux");
        packages.put("unshare", "util-linux");
        packages.put("bash", "bash");
        packages.put("zstd", "zstd");
        packages.put("xz", "xz-utils");
        return packages;
    }
}
