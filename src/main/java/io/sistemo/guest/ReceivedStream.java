package io.sistemo.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a guest's command prints on one stream: a bounded ring between the connection's thread, which waits when it is full
 * and so holds the guest back, and a reader. (The library's own pipe breaks when the thread that read last has ended.)
 */
final class ReceivedStream {
    private static final int FIRST_BYTES = 8 << 10;

    private final int limitBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] ring = new byte[0];
    private int start;
    private int filled;
    private boolean ended;
    private boolean discarding;

    /** An empty stream that holds at most so many bytes; a power of two from 8 KiB on. */
    ReceivedStream(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** The end that the connection's thread fills; closing it ends the stream. */
    OutputStream sink() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int done = 0;
                while (done < length) {
                    done += put(bytes, offset + done, length - done);
                }
            }

            @Override
            public void close() {
                end();
            }
        };
    }

    /** The end that is read. */
    InputStream source() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                return length == 0 ? 0 : take(bytes, offset, length);
            }

            @Override
            public int available() {
                lock.lock();
                try {
                    return filled;
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    /** Ends the stream: what is in it can still be read. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream for its reader; what is in it and what still comes is thrown away. */
    void discard() {
        lock.lock();
        try {
            discarding = true;
            ended = true;
            filled = 0;
            ring = new byte[0];
            start = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for room; how many bytes were taken from the given ones. */
    private int put(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (filled == limitBytes && !discarding) {
                changed.await();
            }
            if (discarding) {
                return length;
            }
            int count = Math.min(length, limitBytes - filled);
            makeRoom(filled + count);
            int end = (start + filled) % ring.length;
            int first = Math.min(count, ring.length - end);
            System.arraycopy(bytes, offset, ring, end, first);
            System.arraycopy(bytes, offset + first, ring, 0, count - first);
            filled += count;
            changed.signalAll();
            return count;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (filled == 0 && !ended) {
                changed.await();
            }
            if (filled == 0) {
                return -1;
            }
            int count = Math.min(length, filled);
            int first = Math.min(count, ring.length - start);
            System.arraycopy(ring, start, bytes, offset, first);
            System.arraycopy(ring, 0, bytes, offset + first, count - first);
            start = (start + count) % ring.length;
            filled -= count;
            changed.signalAll();
            return count;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom(int needed) {
        if (needed <= ring.length) {
            return;
        }
        int size = Math.max(FIRST_BYTES, ring.length);
        while (size < needed) {
            size *= 2;
        }
        byte[] larger = new byte[size];
        int first = Math.min(filled, ring.length - start);
        System.arraycopy(ring, start, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, filled - first);
        ring = larger;
        start = 0;
    }

    private static IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while talking to a guest", cause);
    }
}
