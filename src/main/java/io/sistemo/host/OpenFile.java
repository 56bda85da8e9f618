package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/** An open descriptor of a file or directory, with the few calls on it that Java lacks. */
final class OpenFile implements AutoCloseable {
    private static final int FORMAT_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int SECTOR_BYTES = 512;

    private final Path path;
    private final int descriptor;

    private OpenFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /** Opens a file; a symbolic link as the last component is refused, a pipe does not block. */
    static OpenFile open(Path path, int flags) {
        return open(path, flags, 0);
    }

    /** Opens or makes a file; a symbolic link as the last component is refused, a pipe does not block. */
    static OpenFile open(Path path, int flags, int mode) {
        long result = LibC.open(path.toString(), flags | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK, mode);
        return new OpenFile(path, (int) Errno.require(result, "cannot open " + path));
    }

    /** As {@link #open}, but empty when nothing has the name. */
    static Optional<OpenFile> find(Path path, int flags) {
        long result = LibC.open(path.toString(), flags | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK, 0);
        if (result == -Errno.ENOENT) {
            return Optional.empty();
        }
        return Optional.of(new OpenFile(path, (int) Errno.require(result, "cannot open " + path)));
    }

    /** Makes a directory's entries durable. */
    static void syncDirectory(Path directory) {
        long result = LibC.open(directory.toString(), OpenFlags.READ_ONLY | OpenFlags.DIRECTORY, 0);
        try (OpenFile open = new OpenFile(directory, (int) Errno.require(result, "cannot open " + directory))) {
            open.sync();
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** What the kernel says about it; refuses all but regular files. */
    DiskFacts requireRegular() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment facts = arena.allocate(256, 8);
            Errno.require(LibC.statx(descriptor, facts), "cannot ask about " + path);
            int mode = Short.toUnsignedInt(facts.get(ValueLayout.JAVA_SHORT, 28));
            if ((mode & FORMAT_MASK) != REGULAR) {
                throw new HostException(path + " is not a regular file");
            }
            return new DiskFacts(
                    facts.get(ValueLayout.JAVA_LONG, 40), facts.get(ValueLayout.JAVA_LONG, 48) * SECTOR_BYTES);
        }
    }

    void resize(long sizeBytes) {
        Errno.require(LibC.ftruncate(descriptor, sizeBytes), "cannot extend " + path);
    }

    void assign(long uid, int mode) {
        Errno.require(LibC.fchown(descriptor, uid, uid), "cannot change the owner of " + path);
        Errno.require(LibC.fchmod(descriptor, mode), "cannot change the mode of " + path);
    }

    void sync() {
        Errno.require(LibC.fsync(descriptor), "cannot write " + path + " to the disk");
    }

    void write(byte[] content) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rest = arena.allocate(Math.max(1, content.length)).asSlice(0, content.length);
            MemorySegment.copy(content, 0, rest, ValueLayout.JAVA_BYTE, 0, content.length);
            while (rest.byteSize() > 0) {
                rest = rest.asSlice(Errno.require(LibC.write(descriptor, rest), "cannot write " + path));
            }
        }
    }

    @Override
    public void close() {
        // Linux releases the descriptor whatever close answers; what must not be lost has been synced.
        LibC.close(descriptor);
    }
}
