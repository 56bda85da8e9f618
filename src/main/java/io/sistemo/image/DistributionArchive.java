package io.sistemo.image;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import io.sistemo.host.Programs;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gets packages from Debian's signed archive with mmdebstrap. apt checks every byte against Debian's keys; what is not signed by
 * them fails. Needs root. Calls block for seconds to minutes; an interrupt of the thread ends them.
 */
public final class DistributionArchive {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);
    private static final Pattern PACKAGE_FILE = Pattern.compile("([^_]+)_([^_]+)_[^_]+\\.deb");
    private static final String CACHE = "var/cache/apt/archives";

    /** What mmdebstrap says on standard error when a phase begins, and what users are told. */
    private static final Map<String, String> PHASES = Map.of(
            "I: running apt-get update...", "reading the archive's lists",
            "I: downloading packages with apt...", "downloading packages",
            "I: extracting archives...", "unpacking packages",
            "I: installing essential packages...", "setting up the base system",
            "I: installing remaining packages inside the chroot...", "setting up the rest of the system",
            "I: cleaning package lists and apt cache...", "cleaning up");

    private final Programs programs;
    private final ArchiveAccess access;

    /** The archive as it is reached from here. */
    public DistributionArchive(Programs programs, ArchiveAccess access) {
        this.programs = programs;
        this.access = access;
    }

    /**
     * Unpacks packages and what they depend on. Nothing of them is configured or run.
     *
     * @param tree a directory that does not exist yet; holds something after a failure, too
     * @return the versions of all packages that were unpacked, by name
     * @throws Refusal FAILED with the one thing that could not be fetched
     */
    public SortedMap<String, String> extract(List<String> packages, Path tree, Consumer<Progress> progress) {
        List<String> command = new ArrayList<>(List.of("mmdebstrap", "--variant=extract"));
        // The names of the files are the only record of the versions in a tree where nothing is installed.
        command.add("--skip=cleanup/apt/cache");
        run(command, packages, tree, progress);
        return takeVersions(tree.resolve(CACHE));
    }

    /**
     * Installs Debian's minimal system and packages into a directory, running their own scripts there.
     *
     * @param tree a directory that does not exist yet; holds something after a failure, too
     * @param dpkgOptions as in dpkg.cfg(5), such as {@code path-exclude=PATTERN}; they stay in the tree's
     *     {@code etc/dpkg/dpkg.cfg.d/99mmdebstrap}
     * @throws Refusal FAILED with the one thing that could not be fetched
     */
    public void buildRoot(List<String> packages, Path tree, List<String> dpkgOptions, Consumer<Progress> progress) {
        List<String> command = new ArrayList<>(List.of("mmdebstrap", "--variant=minbase"));
        dpkgOptions.forEach(option -> command.add("--dpkgopt=" + option));
        run(command, packages, tree, progress);
    }

    /** The release's codename. */
    public String release() {
        return access.release();
    }

    private void run(List<String> command, List<String> packages, Path tree, Consumer<Progress> progress) {
        command.add("--mode=root");
        command.add("--format=directory");
        command.add("--include=" + String.join(",", packages));
        access.aptOptions().forEach(option -> command.add("--aptopt=" + option));
        command.addAll(List.of(access.release(), tree.toString(), "-"));
        ProgramResult result;
        try {
            result = programs.run(ProgramCall.of(command)
                    .withInput(access.renderSources())
                    .withEnvironment("LC_ALL", "C.UTF-8")
                    .withTimeout(TIMEOUT)
                    .onErrorLine(line -> tell(line, progress)));
        } catch (HostException e) {
            throw refusal(String.valueOf(e.getMessage()), e);
        }
        if (result.exitCode() != 0) {
            throw refusal(reason(result), null);
        }
    }

    private static void tell(String line, Consumer<Progress> progress) {
        String phase = PHASES.get(line.strip());
        if (phase != null) {
            progress.accept(Progress.of(phase));
        }
    }

    /** The first error is the cause; what follows are its consequences. */
    static String reason(ProgramResult result) {
        return result.errors()
                .lines()
                .filter(line -> line.startsWith("E: "))
                .findFirst()
                .map(line -> line.substring("E: ".length()).strip().replaceAll("\\s+", " "))
                .orElse("mmdebstrap ended with exit code " + result.exitCode());
    }

    private Refusal refusal(String reason, @org.jspecify.annotations.Nullable Throwable cause) {
        String sentence = "Cannot get Debian " + access.release() + "'s packages: " + reason.replaceFirst("\\.$", "")
                + ". Check the network and apt's sources, then try again.";
        return cause == null
                ? new Refusal(RefusalCode.FAILED, sentence)
                : new Refusal(RefusalCode.FAILED, sentence, cause);
    }

    private static SortedMap<String, String> takeVersions(Path cache) {
        SortedMap<String, String> versions = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(cache, "*.deb")) {
            for (Path file : files) {
                Matcher name = PACKAGE_FILE.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    versions.put(name.group(1), name.group(2).replace("%3a", ":"));
                }
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new Refusal(RefusalCode.FAILED, "Cannot read " + cache + ": " + IoReason.of(e) + ".", e);
        }
        return versions;
    }
}
