package io.sistemo.daemon;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import io.sistemo.image.IoReason;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.vmm.firecracker.FirecrackerPrograms;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;

/**
 * The archive of a release on its way into a data directory. Nothing of it is unpacked or run before its checksum is that
 * of the release, or the one that the user gave.
 */
final class FirecrackerArchive {
    /** The VMM, and what confines it. */
    static final List<String> PROGRAMS = List.of("firecracker", "jailer");

    private final Programs programs;
    private final HttpsDownload download;
    private final FirecrackerRelease release;

    /**
     * An archive of a release.
     *
     * @param release for its processor and, where nothing else is said, its address
     */
    FirecrackerArchive(Programs programs, HttpsDownload download, FirecrackerRelease release) {
        this.programs = programs;
        this.download = download;
        this.release = release;
    }

    /**
     * Brings the archive to a place and compares its checksum.
     *
     * @param place file or URL
     * @param sha256 what it must be
     * @throws Refusal BAD_INPUT when it is something else; FAILED when it cannot be had
     */
    void obtain(String place, String sha256, Path target, IntConsumer percent) throws IOException {
        try {
            if (place.contains("://")) {
                download.fetch(URI.create(place), target, percent);
            } else {
                Files.copy(target.resolveSibling(place), target);
            }
        } catch (IllegalArgumentException e) {
            throw new Refusal(RefusalCode.BAD_INPUT, "'" + place + "' is neither a file nor a URL.", e);
        } catch (IOException e) {
            throw new Refusal(
                    RefusalCode.FAILED, "Firecracker cannot be had from " + place + ": " + IoReason.of(e) + ".", e);
        }
        String found = InstallationAssets.sha256(target);
        if (!found.equals(sha256)) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    place + " has the SHA-256 " + found + " and not " + sha256
                            + ": it was not unpacked. Check where it is from; another release's goes with --sha256.");
        }
    }

    /**
     * Takes the two programs out of an archive that {@link #obtain} let pass, and asks them for their version.
     *
     * @param directory an empty one; they lie in it by their names afterwards
     * @return their version
     * @throws Refusal BAD_INPUT when they are not there, for another processor or too old
     */
    String unpack(Path archive, Path directory) throws IOException {
        List<String> members = programs.require(ProgramCall.of("tar", "--list", "--gzip", "--file", archive.toString()))
                .output()
                .lines()
                .toList();
        for (String program : PROGRAMS) {
            Pattern name = release.member(program);
            List<String> found = members.stream()
                    .filter(member -> name.matcher(member).matches())
                    .toList();
            if (found.size() != 1) {
                throw unfit("has " + found.size() + " files that could be '" + program
                        + "', and a release's archive (.tgz) for " + release.processor() + " has one");
            }
            extract(archive, found.getFirst(), directory, program);
        }
        try {
            return FirecrackerPrograms.require(
                            programs, directory.resolve(PROGRAMS.getFirst()), directory.resolve(PROGRAMS.getLast()))
                    .version()
                    .toString();
        } catch (HostException e) {
            throw unfit("cannot be used: " + e.getMessage());
        }
    }

    private void extract(Path archive, String member, Path directory, String program) throws IOException {
        programs.require(ProgramCall.of(
                "tar",
                "--extract",
                "--gzip",
                "--file",
                archive.toString(),
                "--directory",
                directory.toString(),
                "--no-same-owner",
                "--no-wildcards",
                "--",
                member));
        Path unpacked = directory.resolve(member);
        if (!Files.isRegularFile(unpacked, LinkOption.NOFOLLOW_LINKS)) {
            throw unfit("has something else than a file as '" + member + "'");
        }
        Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(unpacked, directory.resolve(program));
    }

    private static Refusal unfit(String why) {
        return new Refusal(RefusalCode.BAD_INPUT, "The archive of Firecracker " + why + ".");
    }
}
