package io.sistemo.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The right to be the one daemon of a data directory. It ends with {@link #close} or with the process, however that dies. The
 * lock's file stays and names the last holder.
 *
 * <p>It is a {@code flock}: Java's own file locks are the process's, and closing any other descriptor of the file, such as
 * that of a reader, would end them.
 */
public final class DirectoryLock implements AutoCloseable {
    /** The lock's file in the directory. */
    public static final String FILE_NAME = "daemon.lock";

    private final OpenFile file;

    private DirectoryLock(OpenFile file) {
        this.file = file;
    }

    /**
     * Takes the lock, or is empty when another holds it, in this process or in another.
     *
     * @throws HostException when the lock's file cannot be made, locked or written
     */
    public static Optional<DirectoryLock> tryAcquire(Path directory) {
        OpenFile file = OpenFile.open(directory.resolve(FILE_NAME), OpenFlags.READ_WRITE | OpenFlags.CREATE, 0644);
        try {
            long result = LibC.tryLock(file.descriptor());
            if (result == -Errno.EAGAIN) {
                file.close();
                return Optional.empty();
            }
            Errno.require(result, "cannot lock the data directory " + directory);
            // Over what is there, and then cut: whoever gave up its block first might get none on a full disk.
            byte[] holder = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            file.write(holder);
            file.resize(holder.length);
            return Optional.of(new DirectoryLock(file));
        } catch (HostException e) {
            file.close();
            throw e;
        }
    }

    /** The process that holds or last held the lock, for the message to the user; empty when the file does not say. */
    public static OptionalLong holder(Path directory) {
        try {
            String text = java.nio.file.Files.readString(directory.resolve(FILE_NAME));
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
