package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies one open file into another, empty one: shared blocks where the filesystem can, else the data without the holes. */
final class SparseCopy {
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    /** How much is copied between two looks at the thread's interrupt flag. */
    private static final long CHUNK_BYTES = 16L << 20;

    private static final int BUFFER_BYTES = 1 << 20;

    private final OpenFile source;
    private final OpenFile target;
    private boolean inKernel = true;

    SparseCopy(OpenFile source, OpenFile target) {
        this.source = source;
        this.target = target;
    }

    /** Copies; the target may end before the source does, where that ends in a hole. */
    void run(long sourceBytes) {
        long cloned = LibC.cloneBlocks(target.descriptor(), source.descriptor());
        if (cloned == -Errno.ENOSPC || cloned == -Errno.EDQUOT) {
            throw Errno.failure("cannot clone the image", (int) -cloned);
        }
        if (cloned >= 0) {
            return;
        }
        long end = 0;
        while (end < sourceBytes) {
            long start = LibC.seek(source.descriptor(), end, SEEK_DATA);
            if (start == -Errno.ENXIO) {
                return; // only a hole is left
            }
            Errno.require(start, "cannot read the image");
            end = Errno.require(LibC.seek(source.descriptor(), start, SEEK_HOLE), "cannot read the image");
            copy(start, end);
        }
    }

    private void copy(long start, long end) {
        position(start);
        long at = start;
        while (at < end) {
            if (Thread.currentThread().isInterrupted()) {
                throw new HostException("the copy of the image was interrupted");
            }
            long copied = copySome(Math.min(CHUNK_BYTES, end - at));
            if (copied == 0) {
                throw new HostException("the image became shorter while it was copied");
            }
            at += copied;
        }
    }

    private void position(long offset) {
        Errno.require(LibC.seek(source.descriptor(), offset, SEEK_SET), "cannot read the image");
        Errno.require(LibC.seek(target.descriptor(), offset, SEEK_SET), "cannot write the disk");
    }

    private long copySome(long bytes) {
        if (inKernel) {
            long copied = LibC.copyFileRange(source.descriptor(), target.descriptor(), bytes);
            if (copied >= 0) {
                return copied;
            }
            inKernel = !isUnsupported((int) -copied);
            if (inKernel) {
                throw Errno.failure("cannot copy the image", (int) -copied);
            }
        }
        return copyThroughBuffer((int) Math.min(BUFFER_BYTES, bytes));
    }

    /** Between filesystems, or in an old kernel; nothing has been copied then. */
    private static boolean isUnsupported(int errno) {
        return errno == Errno.EXDEV || errno == Errno.EINVAL || errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS;
    }

    private long copyThroughBuffer(int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(bytes);
            long length = Errno.require(LibC.read(source.descriptor(), buffer), "cannot read the image");
            MemorySegment rest = buffer.asSlice(0, length);
            while (rest.byteSize() > 0) {
                rest = rest.asSlice(Errno.require(LibC.write(target.descriptor(), rest), "cannot write the disk"));
            }
            return length;
        }
    }
}
