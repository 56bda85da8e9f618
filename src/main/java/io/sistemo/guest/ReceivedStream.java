package io.sistemo.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * What a guest's command prints on one stream: a bounded ring that the connection's thread fills without ever waiting, and
 * that a reader empties in its own time. The window of the channel keeps the guest from sending more than fits.
 */
final class ReceivedStream {
    private static final int FIRST_BYTES = 8 << 10;

    private final int limitBytes;
    private final IntConsumer onTaken;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] ring = new byte[0];
    private int start;
    private int filled;
    private boolean ended;

    /**
     * An empty stream.
     *
     * @param limitBytes the channel's window
     * @param onTaken told, in the reader's thread, how many bytes were taken out
     */
    ReceivedStream(int limitBytes, IntConsumer onTaken) {
        this.limitBytes = limitBytes;
        this.onTaken = onTaken;
    }

    /** The end that the connection's thread fills; closing it ends the stream. */
    OutputStream sink(IntConsumer onReceived) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                onReceived.accept(length);
                put(bytes, offset, length);
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
                int taken = length == 0 ? 0 : take(bytes, offset, length);
                if (taken > 0) {
                    onTaken.accept(taken);
                }
                return taken;
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

    private void put(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (length > limitBytes - filled) {
                throw new IOException("the guest sent more than it was allowed to");
            }
            makeRoom(filled + length);
            int end = (start + filled) % ring.length;
            int first = Math.min(length, ring.length - end);
            System.arraycopy(bytes, offset, ring, end, first);
            System.arraycopy(bytes, offset + first, ring, 0, length - first);
            filled += length;
            changed.signalAll();
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
            return count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading from a guest", e);
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
}
