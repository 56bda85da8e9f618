package io.sistemo.host;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Raw disk files. Their content belongs to guests and is never interpreted here. */
public interface Disks {
    /**
     * A disk's facts.
     *
     * @throws HostException when the name is taken by anything but a regular file (a symbolic link too)
     */
    Optional<DiskFacts> find(Path disk);

    /**
     * Makes a disk from an image: shares its blocks where the filesystem can, else copies it and keeps the holes; then
     * extends it to the size. The target appears whole and synced, or not at all; only {@link #delete} removes what a crash
     * left of it. A target that is already there with this size is success. Interruptible.
     *
     * @param sizeBytes of the new disk, at least the image's
     * @throws DiskFullException when there is no room; nothing is left behind
     * @throws HostException when the target is there with another size, or the image is not a regular file
     */
    void cloneImage(Path image, Path target, long sizeBytes);

    /**
     * Gives a disk to a user and the group of the same number.
     *
     * @throws HostException when there is no such disk
     */
    void assignOwner(Path disk, long uid, int mode);

    /**
     * Makes a disk longer; what is added reads as zeroes. Durable when it returns. A disk that is at least so long stays as it
     * is.
     *
     * @throws HostException when there is no such disk, or its filesystem cannot hold a file of that length
     */
    void extend(Path disk, long sizeBytes);

    /** Deletes a disk and what an interrupted {@link #cloneImage} of it left. */
    void delete(Path disk);

    /**
     * Copies a file, or one that a symbolic link leads to, into a new one that only its owner may read. Blocks that are all
     * zeroes become holes. The copy is synced when this returns, and nobody looks for it under its name yet: see {@link
     * #publish}; what a failed or interrupted call leaves of it, {@link #delete} removes. Interruptible.
     *
     * @return the SHA-256 of the copy, in hexadecimal
     * @throws java.util.concurrent.CancellationException when the watch asks for the end
     * @throws DiskFullException when there is no room
     * @throws HostException when the source cannot be read or changes meanwhile, or something has the copy's name already
     */
    String copyHashed(Path source, Path copy, CopyWatch watch);

    /**
     * Writes what a stream gives as {@link #copyHashed} writes what is in a file: into a new file, synced, with holes where it
     * has zeroes, and not looked for before {@link #publish}. Interruptible as the stream is.
     *
     * @param sizeBytes how much is taken of the stream
     * @return the SHA-256 of it, in hexadecimal
     * @throws java.util.concurrent.CancellationException when the watch asks for the end
     * @throws TransferCut when the stream fails, or ends before
     * @throws DiskFullException when there is no room
     * @throws HostException when something has the copy's name already
     */
    String receive(InputStream content, long sizeBytes, Path copy, CopyWatch watch);

    /**
     * Writes a disk that nobody uses into a stream, holes as zeroes; the stream stays open.
     *
     * @throws java.util.concurrent.CancellationException when the watch asks for the end
     * @throws TransferCut when the stream takes no more
     * @throws HostException when there is no such disk, or it cannot be read
     */
    void send(Path disk, OutputStream sink, CopyWatch watch);

    /** Gives a finished copy its name, durably; when a file of that name is there already, that one stays and the copy goes. */
    void publish(Path copy, Path target);

    /**
     * The beginning of a file, or of one that a symbolic link leads to; pipes and devices are not opened.
     *
     * @param bytes at most so many
     * @return empty when there is no such file
     * @throws HostException when it cannot be read
     */
    Optional<FileHead> readHead(Path file, int bytes);

    /**
     * Bytes that an unprivileged writer may still use on the filesystem that holds a path.
     *
     * @throws HostException when the path does not exist or cannot be asked
     */
    long freeBytes(Path path);

    /**
     * Gives back the blocks of all but the last bytes of an append-only log, in whole filesystem blocks; its length stays, so
     * that a writer at its end is not disturbed. A missing file is success.
     */
    void punchHead(Path log, long keepBytes);
}
