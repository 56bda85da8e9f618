package io.sistemo.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Copies a file while hashing it, and leaves out the blocks that are all zeroes, so that holes stay holes and zeroes become
 * some. The digest is of what was written, not of a second look at the source.
 */
final class SparseCopy {
    private static final int BUFFER_BYTES = 1 << 20;
    /** The page and block size of practically every filesystem; a smaller run of zeroes would save nothing. */
    private static final int BLOCK_BYTES = 4096;

    private static final byte[] ZEROES = new byte[BLOCK_BYTES];

    private final Consumer<Progress> progress;
    private final BooleanSupplier cancelled;
    private final String phase;

    SparseCopy(String phase, Consumer<Progress> progress, BooleanSupplier cancelled) {
        this.phase = phase;
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /**
     * Copies all of the source into an empty target.
     *
     * @return the digest of the target's content
     * @throws CancellationException when asked to stop
     * @throws java.nio.channels.ClosedByInterruptException when the thread was interrupted
     */
    ImageDigest copy(FileChannel source, RandomAccessFile target) throws IOException {
        MessageDigest digest = sha256();
        byte[] bytes = new byte[BUFFER_BYTES];
        long size = source.size();
        long position = 0;
        int percent = -1;
        int count = fill(source, bytes, position);
        while (count > 0) {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException();
            }
            digest.update(bytes, 0, count);
            writeData(target.getChannel(), bytes, count, position);
            position += count;
            percent = tell(percent, position, size);
            count = fill(source, bytes, position);
        }
        // A hole at the end leaves nothing to write; only the length says that it is there.
        target.setLength(position);
        return new ImageDigest(HexFormat.of().formatHex(digest.digest()));
    }

    private int tell(int lastPercent, long position, long size) {
        int percent = (int) Math.min(100, 100 * position / Math.max(1, size));
        if (percent != lastPercent) {
            progress.accept(Progress.of(phase, percent));
        }
        return percent;
    }

    /** Whole buffers but for the last, so that blocks are where the filesystem has them. */
    private static int fill(FileChannel source, byte[] bytes, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = source.read(buffer, position + buffer.position());
        }
        return buffer.position();
    }

    private static void writeData(FileChannel target, byte[] bytes, int count, long position) throws IOException {
        int start = 0;
        while (start < count) {
            int end = endOfRun(bytes, start, count);
            if (!isZero(bytes, start, count)) {
                ByteBuffer run = ByteBuffer.wrap(bytes, start, end - start);
                while (run.hasRemaining()) {
                    target.write(run, position + run.position());
                }
            }
            start = end;
        }
    }

    /** Where the blocks end that are like the one at {@code start}: all zeroes, or all not. */
    private static int endOfRun(byte[] bytes, int start, int count) {
        boolean zero = isZero(bytes, start, count);
        int end = start;
        while (end < count && isZero(bytes, end, count) == zero) {
            end = Math.min(count, end + BLOCK_BYTES);
        }
        return end;
    }

    private static boolean isZero(byte[] bytes, int start, int count) {
        int end = Math.min(count, start + BLOCK_BYTES);
        return Arrays.equals(bytes, start, end, ZEROES, 0, end - start);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
