package io.sistemo.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Tells whether the write-ahead log beside a database has lost transactions that were committed. SQLite itself stops at the
 * first frame whose checksum is wrong and takes what follows for the remnant of a transaction that was never committed, so
 * that a damaged log silently yields an older database.
 *
 * <p>A crash can tear the last transaction, whose commit then was not answered. More than that is damage: several commits
 * after the first bad frame, a log that is shorter than what its index says was committed, or a header that is no header. The
 * index (the {@code -shm} file) is written after the log is on the disk, so it never promises too much. Formats:
 * https://www.sqlite.org/fileformat2.html#the_write_ahead_log and https://www.sqlite.org/walformat.html.
 */
final class WriteAheadLog {
    private static final int HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int MAGIC = 0x377f0682;
    private static final int FORMAT = 3_007_000;
    private static final int LARGEST_PAGE_BYTES = 65_536;
    private static final int SMALLEST_PAGE_BYTES = 512;
    private static final int INDEX_HEADER_BYTES = 48;
    private static final int INDEX_CHECKED_BYTES = 40;
    private static final int INDEX_FRAMES_OFFSET = 16;
    private static final int INDEX_SALTS_OFFSET = 32;
    private static final int INDEX_BACKFILLED_OFFSET = 96;

    private final ByteBuffer log;
    private final Optional<Index> index;
    private final Sum sum = new Sum();

    private WriteAheadLog(ByteBuffer log, Optional<Index> index) {
        this.log = log;
        this.index = index;
    }

    /**
     * What the index promises.
     *
     * @param salts of the log that it is about
     * @param frames how many frames are committed
     * @param backfilled how many of them are in the database itself
     */
    private record Index(ByteBuffer salts, long frames, long backfilled) {}

    /** SQLite's running checksum over pairs of words. */
    private static final class Sum {
        private int first;
        private int second;

        void add(ByteBuffer words, int offset, int length) {
            for (int at = offset; at < offset + length; at += 2 * Integer.BYTES) {
                first += words.getInt(at) + second;
                second += words.getInt(at + Integer.BYTES) + first;
            }
        }

        boolean is(int wantedFirst, int wantedSecond) {
            return first == wantedFirst && second == wantedSecond;
        }
    }

    /**
     * What is wrong with the log of a database that nobody uses, as a clause; empty when it has lost nothing.
     *
     * @throws StoreException when it cannot be read
     */
    static Optional<String> damage(Path database) {
        Path log = Path.of(database + "-wal");
        Path index = Path.of(database + "-shm");
        try {
            return new WriteAheadLog(
                            Files.exists(log) ? map(log) : ByteBuffer.allocate(0),
                            Files.exists(index) ? index(map(index)) : Optional.empty())
                    .damage();
        } catch (IOException e) {
            throw new StoreException("the write-ahead log of " + database + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Nobody changes the file meanwhile; a log is a few MiB, and 2 GiB, the most that can be mapped, is never reached. */
    private static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    /** The index, when both copies of its header agree and their checksum is right. It is in the processor's byte order. */
    private static Optional<Index> index(ByteBuffer content) {
        if (content.limit() < INDEX_BACKFILLED_OFFSET + Integer.BYTES
                || !content.slice(0, INDEX_HEADER_BYTES)
                        .equals(content.slice(INDEX_HEADER_BYTES, INDEX_HEADER_BYTES))) {
            return Optional.empty();
        }
        ByteBuffer buffer = content.duplicate().order(ByteOrder.nativeOrder());
        Sum sum = new Sum();
        sum.add(buffer, 0, INDEX_CHECKED_BYTES);
        if (!sum.is(buffer.getInt(INDEX_CHECKED_BYTES), buffer.getInt(INDEX_CHECKED_BYTES + Integer.BYTES))) {
            return Optional.empty();
        }
        return Optional.of(new Index(
                buffer.slice(INDEX_SALTS_OFFSET, Long.BYTES),
                Integer.toUnsignedLong(buffer.getInt(INDEX_FRAMES_OFFSET)),
                Integer.toUnsignedLong(buffer.getInt(INDEX_BACKFILLED_OFFSET))));
    }

    private Optional<String> damage() {
        if (!hasHeader()) {
            boolean promised =
                    index.filter(known -> known.frames() > known.backfilled()).isPresent();
            return promised || !blank()
                    ? Optional.of("the header of its write-ahead log is damaged or gone")
                    : Optional.empty();
        }
        int frameBytes = FRAME_HEADER_BYTES + pageBytes();
        long committed = 0;
        int frame = 0;
        while (offset(frame + 1, frameBytes) <= log.limit() && isWhole(offset(frame, frameBytes))) {
            frame++;
            if (commits(offset(frame - 1, frameBytes))) {
                committed = frame;
            }
        }
        long promised = index.filter(known -> known.salts().equals(log.slice(16, Long.BYTES)))
                .map(Index::frames)
                .orElse(0L);
        if (promised > committed || commitsFrom(frame, frameBytes) > 1) {
            return Optional.of("its write-ahead log is damaged in frame " + (frame + 1)
                    + ", and transactions that were committed after that are lost");
        }
        return Optional.empty();
    }

    /** Commits of this log's generation at or after a frame. */
    private int commitsFrom(int firstFrame, int frameBytes) {
        int commits = 0;
        for (int frame = firstFrame; offset(frame + 1, frameBytes) <= log.limit(); frame++) {
            int at = offset(frame, frameBytes);
            if (isOfThisLog(at) && commits(at)) {
                commits++;
            }
        }
        return commits;
    }

    private static int offset(int frame, int frameBytes) {
        return HEADER_BYTES + frame * frameBytes;
    }

    private boolean blank() {
        for (int at = 0; at < log.limit(); at++) {
            if (log.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private int pageBytes() {
        int bytes = log.getInt(8);
        return bytes == 1 ? LARGEST_PAGE_BYTES : bytes;
    }

    private boolean hasHeader() {
        if (log.limit() < HEADER_BYTES
                || (log.getInt(0) & ~1) != MAGIC
                || log.getInt(4) != FORMAT
                || pageBytes() < SMALLEST_PAGE_BYTES
                || pageBytes() > LARGEST_PAGE_BYTES) {
            return false;
        }
        sum.add(words(), 0, 24);
        return sum.is(log.getInt(24), log.getInt(28));
    }

    /** Headers are big-endian; what is summed up is in the order that the magic number's lowest bit says. */
    private ByteBuffer words() {
        return log.duplicate().order((log.getInt(0) & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private boolean isOfThisLog(int at) {
        return log.getLong(at + 8) == log.getLong(16);
    }

    private boolean commits(int at) {
        return log.getInt(at + 4) != 0;
    }

    private boolean isWhole(int at) {
        sum.add(words(), at, 8);
        sum.add(words(), at + FRAME_HEADER_BYTES, pageBytes());
        return isOfThisLog(at) && sum.is(log.getInt(at + 16), log.getInt(at + 20));
    }
}
