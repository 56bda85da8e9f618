package io.sistemo.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;

/**
 * Copies a file while hashing it, and leaves out the blocks that are all zeroes, so that holes stay holes and zeroes become
 * some. The digest is of what was written, not of a second look at the source.
 */
final class HashedCopy {
    private static final int BUFFER_BYTES = 1 << 20;
    /** The page and block size of practically every filesystem; a smaller run of zeroes would save nothing. */
    private static final int BLOCK_BYTES = 4096;

    private static final byte[] ZEROES = new byte[BLOCK_BYTES];
    private static final int SEEK_SET = 0;
    private static final int OWNER_READS = 0400;

    private final CopyWatch watch;

    HashedCopy(CopyWatch watch) {
        this.watch = watch;
    }

    /** See {@link Disks#copyHashed}. */
    String copy(Path source, Path target) {
        try (FileChannel input = FileChannel.open(source, StandardOpenOption.READ);
                OpenFile output = OpenFile.open(
                        target, OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE, OWNER_READS)) {
            BasicFileAttributes before = Files.readAttributes(source, BasicFileAttributes.class);
            String digest = copy(contentOf(input), output);
            output.sync();
            BasicFileAttributes after = Files.readAttributes(source, BasicFileAttributes.class);
            if (before.size() != after.size() || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
                throw new HostException(source + " changed while it was copied; try again when nothing writes to it");
            }
            return digest;
        } catch (IOException e) {
            throw new HostException("cannot read " + source, e);
        }
    }

    /** See {@link Disks#receive}. */
    String receive(InputStream content, long sizeBytes, Path target) {
        try (OpenFile output =
                OpenFile.open(target, OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE, OWNER_READS)) {
            String digest = copy(arriving(content, sizeBytes), output);
            output.sync();
            return digest;
        } catch (IOException e) {
            throw new TransferCut("it was cut off", e);
        }
    }

    /** What is copied: whole buffers but for the last, so that blocks are where the filesystem has them. */
    private interface Content {
        long sizeBytes() throws IOException;

        /** Fills a buffer from a position; answers how much there was. */
        int fill(byte[] bytes, long position) throws IOException;
    }

    private static Content contentOf(FileChannel source) {
        return new Content() {
            @Override
            public long sizeBytes() throws IOException {
                return source.size();
            }

            @Override
            public int fill(byte[] bytes, long position) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                int count = 0;
                while (buffer.hasRemaining() && count >= 0) {
                    count = source.read(buffer, position + buffer.position());
                }
                return buffer.position();
            }
        };
    }

    private static Content arriving(InputStream content, long sizeBytes) {
        return new Content() {
            @Override
            public long sizeBytes() {
                return sizeBytes;
            }

            @Override
            public int fill(byte[] bytes, long position) throws IOException {
                int wanted = (int) Math.min(bytes.length, sizeBytes - position);
                int count = Transfers.read(content, bytes, wanted);
                if (count < wanted) {
                    throw new TransferCut("it was cut off after " + (position + count) + " of " + sizeBytes + " bytes");
                }
                return count;
            }
        };
    }

    private String copy(Content source, OpenFile target) throws IOException {
        MessageDigest digest = sha256();
        byte[] bytes = new byte[BUFFER_BYTES];
        long size = source.sizeBytes();
        long position = 0;
        int count = source.fill(bytes, position);
        while (count > 0) {
            if (watch.cancelled()) {
                throw new CancellationException();
            }
            digest.update(bytes, 0, count);
            writeData(target, bytes, count, position);
            position += count;
            watch.copied(position, size);
            count = source.fill(bytes, position);
        }
        // A hole at the end leaves nothing to write; only the length says that it is there.
        target.resize(position);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void writeData(OpenFile target, byte[] bytes, int count, long position) {
        int start = 0;
        while (start < count) {
            int end = endOfRun(bytes, start, count);
            if (!isZero(bytes, start, count)) {
                Errno.require(LibC.seek(target.descriptor(), position + start, SEEK_SET), "cannot write the copy");
                target.write(Arrays.copyOfRange(bytes, start, end));
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
