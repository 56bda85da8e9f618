package io.sistemo.image;

import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How Debian's archive is reached from this host: on a Debian host as apt there is configured, mirrors and proxies
 * included; elsewhere at Debian's own addresses.
 *
 * @param release the codename, as in {@code trixie}
 * @param sources where packages come from
 * @param keyring Debian's keys, which sign all of it
 * @param aptOptions lines of apt's configuration that say how to fetch, not what to trust
 */
public record ArchiveAccess(String release, List<DebianSource> sources, Path keyring, List<String> aptOptions) {
    private static final String DEFAULT_RELEASE = "trixie";
    private static final List<String> KEYRINGS =
            List.of("usr/share/keyrings/debian-archive-keyring.pgp", "usr/share/keyrings/debian-archive-keyring.gpg");

    /**
     * How to fetch; nothing in here decides what is trusted. The two dates are switched off by users of frozen snapshots, which
     * stay signed.
     */
    private static final Pattern FETCH_OPTION = Pattern.compile(
            "Acquire::((http|https|tor)(::.+)?|Retries|ForceIPv[46]|Check-Valid-Until|Check-Date) \"[^\"]+\";");

    private static final Pattern CODENAME = Pattern.compile("(?m)^VERSION_CODENAME=\"?([a-z]+)\"?$");
    private static final Pattern IS_DEBIAN = Pattern.compile("(?m)^ID=\"?debian\"?$");

    /** Copies the lists. */
    public ArchiveAccess {
        sources = List.copyOf(sources);
        aptOptions = List.copyOf(aptOptions);
    }

    /**
     * Looks at this host.
     *
     * @throws Refusal HOST_UNUSABLE when Debian's keys or apt are missing
     */
    public static ArchiveAccess ofHost(Programs programs) {
        return of(Path.of("/"), aptOptions(programs));
    }

    /** The release that a host under a root directory takes its packages from. */
    public static String releaseOf(Path root) {
        Path file = root.resolve("etc/os-release");
        try {
            String osRelease = Files.exists(file) ? Files.readString(file) : "";
            Matcher codename = CODENAME.matcher(osRelease);
            return IS_DEBIAN.matcher(osRelease).find() && codename.find() ? codename.group(1) : DEFAULT_RELEASE;
        } catch (IOException e) {
            throw unusable("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
    }

    static ArchiveAccess of(Path root, List<String> aptOptions) {
        String release = releaseOf(root);
        List<DebianSource> own = DebianSources.ownOf(release, configured(root.resolve("etc/apt")));
        // Updates alone build nothing; then the host's configuration is not one that we understand.
        List<DebianSource> sources = DebianSources.hasRelease(release, own) ? own : DebianSources.official(release);
        return new ArchiveAccess(release, sources, keyring(root), aptOptions);
    }

    /** The sources in apt's own form. */
    String renderSources() {
        return DebianSources.render(sources, keyring.toString());
    }

    private static List<DebianSource> configured(Path apt) {
        List<DebianSource> sources = new ArrayList<>();
        try {
            Path list = apt.resolve("sources.list");
            if (Files.isRegularFile(list)) {
                sources.addAll(DebianSources.parseOneLine(Files.readString(list)));
            }
            Path parts = apt.resolve("sources.list.d");
            if (Files.isDirectory(parts)) {
                sources.addAll(configuredParts(parts));
            }
        } catch (IOException e) {
            throw unusable("Cannot read apt's sources in " + apt + ": " + IoReason.of(e) + ".", e);
        }
        return sources;
    }

    private static List<DebianSource> configuredParts(Path parts) throws IOException {
        List<DebianSource> sources = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(parts, "*.{list,sources}")) {
            for (Path file : files) {
                String text = Files.readString(file);
                sources.addAll(
                        file.toString().endsWith(".list")
                                ? DebianSources.parseOneLine(text)
                                : DebianSources.parseDeb822(text));
            }
        }
        return sources;
    }

    private static Path keyring(Path root) {
        Optional<Path> keyring = KEYRINGS.stream()
                .map(root::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
        return keyring.orElseThrow(() -> new Refusal(
                RefusalCode.HOST_UNUSABLE,
                "Debian's keys are missing, and nothing is fetched unchecked; install them with: apt install"
                        + " debian-archive-keyring"));
    }

    private static List<String> aptOptions(Programs programs) {
        String dump = programs.require(ProgramCall.of("apt-config", "dump")).output();
        List<String> options = new ArrayList<>(dump.lines()
                .filter(line -> FETCH_OPTION.matcher(line).matches())
                .toList());
        // Passwords of private mirrors; read by apt where they lie, not copied.
        if (Files.exists(Path.of("/etc/apt/auth.conf"))) {
            options.add("Dir::Etc::netrc \"/etc/apt/auth.conf\";");
        }
        if (Files.isDirectory(Path.of("/etc/apt/auth.conf.d"))) {
            options.add("Dir::Etc::netrcparts \"/etc/apt/auth.conf.d\";");
        }
        return options;
    }

    private static Refusal unusable(String sentence, IOException cause) {
        return new Refusal(RefusalCode.HOST_UNUSABLE, sentence, cause);
    }
}
