package io.sistemo.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A file that is written under another name beside its own, which it gets when it is whole and on the disk. Closing removes
 * what has not got that far. Blocks of zeroes become holes.
 */
final class ExportedFile implements AutoCloseable {
    /** What is written at once: whole blocks, but for the last. */
    static final int BUFFER_BYTES = 1 << 20;

    private static final int BLOCK_BYTES = 4096;
    private static final byte[] ZEROES = new byte[BLOCK_BYTES];

    private final Path target;
    private final Path partial;
    private final RandomAccessFile file;
    private final MessageDigest digest;
    private long position;

    private ExportedFile(Path target, Path partial, RandomAccessFile file) {
        this.target = target;
        this.partial = partial;
        this.file = file;
        this.digest = sha256();
    }

    /** Refuses a name that is taken: what has it may be the only copy of something. */
    static void requireFree(Path target) throws CommandFailed {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailed(target + " exists already: choose another name, or remove it.", ExitCode.FAILED);
        }
        if (!Files.isDirectory(directory(target))) {
            throw new CommandFailed("There is no directory " + directory(target) + ".", ExitCode.FAILED);
        }
    }

    private static Path directory(Path target) {
        return Objects.requireNonNull(target.getParent(), "an absolute file has a directory");
    }

    /** Begins; nobody but its owner may read it. */
    static ExportedFile begin(Path target, long sizeBytes) throws IOException {
        Path partial = Files.createTempFile(directory(target), "." + target.getFileName() + ".", ".partial");
        RandomAccessFile file = new RandomAccessFile(partial.toFile(), "rw");
        ExportedFile exported = new ExportedFile(target, partial, file);
        try {
            file.setLength(sizeBytes);
            return exported;
        } catch (IOException e) {
            exported.close();
            throw e;
        }
    }

    /** Takes what follows. */
    void write(byte[] content, int count) throws IOException {
        digest.update(content, 0, count);
        for (int start = 0; start < count; start += BLOCK_BYTES) {
            int length = Math.min(BLOCK_BYTES, count - start);
            if (!Arrays.equals(content, start, start + length, ZEROES, 0, length)) {
                put(content, start, length);
            }
        }
        position += count;
    }

    private void put(byte[] content, int start, int length) throws CommandFailed {
        try {
            file.seek(position + start);
            file.write(content, start, length);
        } catch (IOException e) {
            throw new CommandFailed(
                    target + " cannot be written: " + e.getMessage() + ". Nothing was kept.", ExitCode.FAILED, e);
        }
    }

    /**
     * Makes it durable and gives it its name.
     *
     * @return its SHA-256, in hexadecimal
     */
    String finish() throws IOException {
        file.getFD().sync();
        requireFree(target);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(directory(target), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(partial);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
