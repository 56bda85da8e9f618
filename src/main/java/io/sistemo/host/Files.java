package io.sistemo.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Small files and directories. A path's last component is never followed when it is a symbolic link: reading, writing or
 * entering one is a {@link HostException}, deleting one deletes the link. Modes are the nine permission bits, as in {@code
 * 0700}.
 */
public interface Files {
    /**
     * Whether a directory is there.
     *
     * @throws HostException when something else has that name, or it cannot be asked
     */
    boolean directoryExists(Path directory);

    /**
     * Makes a directory and gives it, new or old, this mode and owner; the parent must exist. Durable when it returns.
     *
     * @throws HostException when something else has that name
     */
    void ensureDirectory(Path directory, int mode, long ownerUid);

    /** The names in a directory, sorted; none when it is absent. */
    List<String> list(Path directory);

    /**
     * The content of the file of one name in each directory that is directly in a directory, by the inner directory's name.
     * Where there is no such file, or something else has its name, there is no entry.
     *
     * @throws HostException when something cannot be listed or read
     */
    Map<String, byte[]> readInEach(Path directory, String name);

    /**
     * Which of the directories that are directly in a directory have something of a name in them.
     *
     * @throws HostException when something cannot be listed or looked at
     */
    Set<String> thoseWith(Path directory, String name);

    /** Makes a directory, and those above it that are missing, for root alone. Not durable: for what lives until a reboot. */
    void makeDirectories(Path directory);

    /** Puts an empty file where nothing has the name. Not durable. */
    void makeEmpty(Path file, int mode, long ownerUid);

    /**
     * Gives a regular file a further name, where nothing has it: the same file, with its owner and mode. Not durable.
     *
     * @return false when the two would lie on different filesystems, and nothing was done
     */
    boolean link(Path file, Path name);

    /** Deletes a file or a directory with all that is in it. */
    void deleteTree(Path path);

    /**
     * A regular file's content, or empty when there is no such file.
     *
     * @throws HostException when it is something else, is larger than 16 MiB, or cannot be read
     */
    Optional<byte[]> read(Path file);

    /**
     * A part of a regular file's content, or of what is left of it there; empty when it ends before, or there is no such file.
     *
     * @param offset where it begins
     * @param mostBytes at most so many
     * @throws HostException when it is something else, or cannot be read
     */
    byte[] readFrom(Path file, long offset, int mostBytes);

    /** The same as {@link #read} as UTF-8 text. */
    default Optional<String> readText(Path file) {
        return read(file).map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /**
     * Writes a whole file: under a temporary name, synced, renamed over what was there, and the directory synced. A reader
     * or a crash sees the old content or the new.
     *
     * @throws DiskFullException when there is no room; the old content stays
     */
    void writeAtomically(Path file, byte[] content, int mode, long ownerUid);

    /** Deletes a file and what an interrupted {@link #writeAtomically} of it left. Refuses directories. */
    void delete(Path file);
}
