package io.sistemo.host;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** File systems by {@code mkfs.ext4}, {@code e2fsck} and {@code tune2fs}, each run confined. */
final class LinuxFilesystems implements Filesystems {
    private static final Logger LOGGER = System.getLogger(LinuxFilesystems.class.getName());
    /** The file that is worked on belongs to this user meanwhile; below the users of VMMs, above those of distributions. */
    private static final long WORKER_UID = 0x6fff_ffffL;

    private static final Duration LONGEST_RUN = Duration.ofMinutes(5);
    /** Below this a failure is taken for a full disk: the programs say why only in words. */
    private static final long FULL_BELOW_BYTES = 8L << 20;

    /** e2fsck's exit code when it found errors and corrected all of them. */
    private static final int REPAIRED = 1;
    /** Of the same: errors are left, or there is too little to begin with. */
    private static final int NOT_REPAIRED = 4 | 8;

    private static final String CHECK = "e2fsck";

    private static final int OWNER_ONLY = 0600;
    private static final String OPEN_FILE = "/proc/self/fd/3";

    /** What a program finds in the file that it works on. */
    private enum Content {
        /** Nothing: it is all holes. */
        NONE("none"),
        /** What a guest, or whoever made an image, has put there. */
        FOREIGN("foreign");

        /** As {@code confine} has it. */
        private final String word;

        Content(String word) {
            this.word = word;
        }
    }

    private final Programs programs;
    private final LinuxDisks disks;
    private final Path confine;

    /**
     * File systems on this host.
     *
     * @param confine the script of that name
     */
    LinuxFilesystems(Programs programs, LinuxDisks disks, Path confine) {
        this.programs = programs;
        this.disks = disks;
        this.confine = confine;
    }

    @Override
    public void make(Path disk, long sizeBytes, UUID uuid, String label) {
        disks.make(disk, sizeBytes, partial -> {
            // A clone of it needs another id, which this feature makes cheap; and a user's disk keeps nothing back for
            // root.
            run(
                    partial,
                    sizeBytes,
                    0,
                    Content.NONE,
                    List.of(
                            "mkfs.ext4",
                            "-q",
                            "-F",
                            "-b",
                            "4096",
                            "-m",
                            "0",
                            "-O",
                            "metadata_csum_seed",
                            "-U",
                            uuid.toString(),
                            "-L",
                            label,
                            OPEN_FILE));
        });
    }

    @Override
    public void makeFrom(Path original, Path disk, long sizeBytes, UUID uuid, String label) {
        disks.cloneImage(original, disk, sizeBytes, partial -> {
            if (hasExt4(partial) && !rewriteIdentity(partial, uuid, label)) {
                identify(partial, uuid, label);
            }
        });
    }

    /** Most need no more than their superblock written, for which no program is needed; says whether that was so. */
    private static boolean rewriteIdentity(Path partial, UUID uuid, String label) {
        try (OpenFile open = OpenFile.open(partial, OpenFlags.READ_WRITE)) {
            open.seek(Ext4Identity.OFFSET);
            Optional<byte[]> superblock = Ext4Identity.rewrite(open.read(Ext4Identity.LENGTH), uuid, label);
            if (superblock.isEmpty()) {
                return false;
            }
            open.seek(Ext4Identity.OFFSET);
            open.write(superblock.get());
            return true;
        }
    }

    @Override
    public boolean identify(Path disk, UUID uuid, String label) {
        if (!hasExt4(disk)) {
            return false;
        }
        long sizeBytes = disks.find(disk)
                .orElseThrow(() -> new HostException("cannot open " + disk))
                .sizeBytes();
        // A journal that is replayed later would bring the old id back; and a new id needs a file system that was
        // checked.
        run(disk, sizeBytes, REPAIRED, Content.FOREIGN, List.of(CHECK, "-f", "-p", OPEN_FILE));
        run(disk, sizeBytes, 0, Content.FOREIGN, List.of("tune2fs", "-U", uuid.toString(), "-L", label, OPEN_FILE));
        try (OpenFile open = OpenFile.open(disk, OpenFlags.READ_ONLY)) {
            open.sync();
        }
        return true;
    }

    private boolean hasExt4(Path disk) {
        FileHead head =
                disks.readHead(disk, Ext4Header.LENGTH).orElseThrow(() -> new HostException("cannot open " + disk));
        return Ext4Header.find(head).isPresent();
    }

    /**
     * Runs a program on a file.
     *
     * @param most the largest exit code that means success
     */
    private void run(Path file, long sizeBytes, int most, Content content, List<String> command) {
        disks.assignOwner(file, WORKER_UID, OWNER_ONLY);
        try {
            List<String> confined = new ArrayList<>(List.of(
                    "/bin/sh",
                    confine.toString(),
                    Long.toString(WORKER_UID),
                    Long.toString(sizeBytes),
                    file.toString(),
                    content.word));
            confined.addAll(command);
            ProgramResult result = programs.run(
                    ProgramCall.of(confined).withTimeout(LONGEST_RUN).withEnvironment("LC_ALL", "C"));
            if (result.exitCode() > most) {
                throw failure(file, command.getFirst(), result);
            }
        } finally {
            disks.assignOwner(file, 0, OWNER_ONLY);
        }
    }

    /** What the program said may quote what a guest wrote: it goes to the log, as plain text. */
    private HostException failure(Path file, String program, ProgramResult result) {
        String said = (result.errors() + result.output()).replaceAll("[^\\x20-\\x7e]+", " ");
        LOGGER.log(Level.WARNING, "{0} on {1} ended with {2}: {3}", program, file, result.exitCode(), said);
        if (disks.freeBytes(file) < FULL_BELOW_BYTES) {
            return new DiskFullException("no room is left for the file system");
        }
        if (program.equals(CHECK) && result.exitCode() < 16 && (result.exitCode() & NOT_REPAIRED) != 0) {
            return new DamagedFilesystemException("its file system is damaged beyond what a check mends by itself");
        }
        return new HostException(program + " failed with exit code " + result.exitCode() + ", see the daemon's log");
    }
}
