package io.sistemo.daemon;

import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import io.sistemo.image.IoReason;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The archive of a release on its way into a data directory. Nothing of it is unpacked or run before its checksum is that
 * of the release, or the one that the user gave.
 */
final class FirecrackerArchive {
    /** The VMM, and what confines it. */
    static final List<String> PROGRAMS = List.of("firecracker", "jailer");

    private static final Pattern VERSION = Pattern.compile("(?:Firecracker|Jailer) v([0-9]+\\.[0-9]+\\.[0-9]+)\\S*");
    /** Older releases lack a security fix. */
    private static final List<Integer> OLDEST = List.of(1, 15, 1);

    /** e_machine, two bytes from the 18th, of elf(5). */
    private static final Map<String, Integer> ELF_MACHINES = Map.of("x86_64", 62, "aarch64", 183);

    private static final int ELF_MACHINE_OFFSET = 18;
    private static final int ELF_HEAD_BYTES = 20;
    private static final int ELF_MAGIC = 0x7f454c46;

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
     * @throws Refusal BAD_INPUT when they are not there, for another processor, too old or of two releases
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
        return requireVersion(directory);
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
        requireProcessor(unpacked, member);
        Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(unpacked, directory.resolve(program));
    }

    private void requireProcessor(Path file, String member) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(ELF_HEAD_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (head.hasRemaining() && channel.read(head) >= 0) {
                // A short read goes on where it ended.
            }
        }
        boolean ours = !head.hasRemaining()
                && head.getInt(0) == ELF_MAGIC
                && ELF_MACHINES.getOrDefault(release.processor(), -1)
                        == head.order(ByteOrder.LITTLE_ENDIAN).getShort(ELF_MACHINE_OFFSET);
        if (!ours) {
            throw unfit("has a '" + member + "' that is no program for " + release.processor());
        }
    }

    private String requireVersion(Path directory) {
        String version = version(directory.resolve(PROGRAMS.getFirst()));
        for (String program : PROGRAMS) {
            if (!version(directory.resolve(program)).equals(version)) {
                throw unfit("has a firecracker " + version + " and a jailer of another version");
            }
        }
        if (isOlder(version)) {
            throw unfit("has Firecracker " + version + ", which lacks a security fix; 1.15.1 or later is needed");
        }
        return version;
    }

    private String version(Path program) {
        String output = programs.require(ProgramCall.of(program.toString(), "--version"))
                .output();
        Matcher matcher = VERSION.matcher(output.strip().lines().findFirst().orElse(""));
        if (!matcher.matches()) {
            throw unfit("has a '" + program.getFileName() + "' that does not say its version");
        }
        return matcher.group(1);
    }

    static boolean isOlder(String version) {
        String[] parts = version.split("\\.", -1);
        for (int part = 0; part < OLDEST.size(); part++) {
            int difference = Integer.compare(Integer.parseInt(parts[part]), OLDEST.get(part));
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static Refusal unfit(String why) {
        return new Refusal(RefusalCode.BAD_INPUT, "The archive of Firecracker " + why + ".");
    }
}
