package io.sistemo.host;

import java.nio.file.Path;
import java.util.UUID;

/**
 * ext4 file systems in disk files, made and changed by e2fsprogs. The programs run as a user of their own, without
 * privileges and network and with bounds on memory and time, because a guest may have written what they read.
 */
public interface Filesystems {
    /** The longest label that ext4 keeps, in bytes. */
    int LONGEST_LABEL_BYTES = 16;

    /**
     * Makes a disk that holds an empty file system, readable by root alone. It appears whole and synced, or not at all; only
     * {@link Disks#delete} removes what a crash left of it. A disk that is already there with this size is success.
     * Interruptible.
     *
     * @param sizeBytes of the disk, a multiple of 1 MiB
     * @param label at most {@link #LONGEST_LABEL_BYTES} bytes of ASCII
     * @throws DiskFullException when there is no room; nothing is left behind
     * @throws HostException when the disk is there with another size, or the program failed
     */
    void make(Path disk, long sizeBytes, UUID uuid, String label);

    /**
     * Makes a disk from an image or from another disk that nobody uses, as {@link Disks#cloneImage} does, but its file system
     * has an id and a label of its own, so that it can be told from the original and from other copies of it. All else is
     * copied as it is, unless the original has a journal that must be replayed or another reason to be checked. A disk that is
     * already there with this size is success, and is not looked into: a guest may have written to it.
     *
     * @param original one without an ext4 file system is copied as it is
     * @param label at most {@link #LONGEST_LABEL_BYTES} bytes of ASCII
     * @throws DiskFullException when there is no room; nothing is left behind
     * @throws DamagedFilesystemException when it must be checked, and a check does not mend it by itself
     * @throws HostException when the disk is there with another size, or the original is not a regular file
     */
    void makeFrom(Path original, Path disk, long sizeBytes, UUID uuid, String label);

    /**
     * Gives the file system of a disk that nobody uses an id and a label of its own, so that it can be told from the one that
     * it was copied from. It is checked and repaired before; the disk is readable by root alone afterwards.
     *
     * @param label at most {@link #LONGEST_LABEL_BYTES} bytes of ASCII
     * @return whether there was an ext4 file system; another content is left as it is
     * @throws DamagedFilesystemException when a check does not mend it by itself
     * @throws HostException when a program failed
     */
    boolean identify(Path disk, UUID uuid, String label);
}
