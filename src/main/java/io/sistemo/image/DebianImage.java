package io.sistemo.image;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Builds the image {@code debian} from signed packages. Needs root and about a minute. */
public final class DebianImage {
    /**
     * On top of Debian's minimal system: an init, an SSH server (on port 22, with no key of ours), and what is needed to look
     * around in a network.
     */
    private static final List<String> PACKAGES = List.of(
            "systemd-sysv", "openssh-server", "iproute2", "iputils-ping", "procps", "netbase", "ca-certificates");

    private static final List<String> LEFT_OUT = List.of(
            "path-exclude=/usr/share/man/*",
            "path-exclude=/usr/share/locale/*",
            "path-exclude=/usr/share/doc/*",
            // The licences stay: they must accompany the programs.
            "path-include=/usr/share/doc/*/copyright");

    /** Part of {@link #recipe}: to be counted up when this code makes another image from the same packages. */
    private static final int VERSION = 1;

    private static final long JOURNAL_BYTES = 8L << 20;
    private static final long FREE_BYTES = 48L << 20;
    private static final long UNIT_BYTES = 4L << 20;
    /** Room is kept for the descriptors of so many blocks of 4 KiB (1 TiB), so that a guest can grow its root online. */
    private static final String GROWS_TO_BLOCKS = "268435456";

    private static final Duration MKFS_TIMEOUT = Duration.ofMinutes(10);

    private final Programs programs;
    private final DistributionArchive archive;

    /** Builds with packages of this archive. */
    public DebianImage(Programs programs, DistributionArchive archive) {
        this.programs = programs;
        this.archive = archive;
    }

    /** All that decides what is built, but for the packages' versions: images of one recipe are interchangeable. */
    public static String recipe(String release) {
        return String.join("\n", "debian " + release, "version " + VERSION, PACKAGES.toString(), LEFT_OUT.toString());
    }

    /**
     * Builds a new image; two builds differ in their UUID and times.
     *
     * @return an ext4 file in the workspace
     * @throws Refusal FAILED when something cannot be fetched or made; DISK_FULL
     */
    public Path build(Workspace workspace, Consumer<Progress> progress) {
        Path tree = workspace.path("debian");
        Path image = workspace.path("debian.ext4");
        archive.buildRoot(PACKAGES, tree, dpkgOptions(), progress);
        try {
            DebianTree debian = new DebianTree(tree, LEFT_OUT);
            debian.neutralize(archive.release());
            progress.accept(Progress.of("making the filesystem"));
            makeFilesystem(tree, image, debian.sizeBytes());
            return image;
        } catch (IOException | HostException e) {
            String reason = e instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage());
            throw new Refusal(RefusalCode.FAILED, "Cannot make the image debian: " + reason + ".", e);
        }
    }

    /** Builds it in a workspace that stays; see {@link ImageBuilder}. */
    public Path build(Path directory, Consumer<Progress> progress) {
        return build(Workspace.open(directory), progress);
    }

    /** A half-built tree is thrown away anyway, so dpkg need not wait for the disk after every file; that halves the time. */
    private static List<String> dpkgOptions() {
        List<String> options = new ArrayList<>(LEFT_OUT);
        options.add("force-unsafe-io");
        return options;
    }

    private void makeFilesystem(Path tree, Path image, long contentBytes) throws IOException {
        // A tenth covers inodes and directories' indexes.
        long bytes = contentBytes + contentBytes / 10 + JOURNAL_BYTES + FREE_BYTES;
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((bytes + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES);
        }
        // Block and inode size are said here because mkfs would choose those of a small disk, and the disk grows.
        List<String> command = List.of(
                "mkfs.ext4",
                "-q",
                "-F",
                "-b",
                "4096",
                "-I",
                "256",
                "-i",
                "16384",
                "-m",
                "1",
                "-J",
                "size=8",
                "-E",
                "root_owner=0:0,resize=" + GROWS_TO_BLOCKS,
                "-d",
                tree.toString(),
                image.toString());
        programs.require(ProgramCall.of(command).withTimeout(MKFS_TIMEOUT));
    }
}
