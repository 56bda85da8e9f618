package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** An open descriptor of a file or directory, with the few calls on it that Java lacks. */
final class OpenFile implements AutoCloseable {
    private static final int FORMAT_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int SOCKET = 0140000;
    private static final int SECTOR_BYTES = 512;
    /** Absent, below something that is no directory, a symbolic link, or a socket or device without anybody behind it. */
    private static final Set<Integer> NO_FILE = Set.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENXIO);

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
        return find(path, flags, Set.of(Errno.ENOENT));
    }

    /** As {@link #open}, but empty when there is no file of the name, or something else than a file has it. */
    static Optional<OpenFile> findFile(Path path) {
        return find(path, OpenFlags.READ_ONLY, NO_FILE);
    }

    private static Optional<OpenFile> find(Path path, int flags, Set<Integer> none) {
        long result = LibC.open(path.toString(), flags | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK, 0);
        if (result < 0 && none.contains((int) -result)) {
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
        return regular().orElseThrow(() -> new HostException(path + " is not a regular file"));
    }

    /** What the kernel says about it when it is a regular file. */
    Optional<DiskFacts> regular() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment facts = arena.allocate(256, 8);
            Errno.require(LibC.statx(descriptor, facts), "cannot ask about " + path);
            return formatOf(facts) == REGULAR
                    ? Optional.of(new DiskFacts(
                            facts.get(ValueLayout.JAVA_LONG, 40), facts.get(ValueLayout.JAVA_LONG, 48) * SECTOR_BYTES))
                    : Optional.empty();
        }
    }

    /** Whether it is a socket, which nobody can open but by its path alone. */
    boolean isSocket() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment facts = arena.allocate(256, 8);
            Errno.require(LibC.statx(descriptor, facts), "cannot ask about " + path);
            return formatOf(facts) == SOCKET;
        }
    }

    private static int formatOf(MemorySegment facts) {
        return Short.toUnsignedInt(facts.get(ValueLayout.JAVA_SHORT, 28)) & FORMAT_MASK;
    }

    /** Stands at an offset from its beginning. */
    void seek(long offset) {
        Errno.require(LibC.seek(descriptor, offset, 0), "cannot move in " + path);
    }

    /** So many bytes from where it stands, or fewer when it ends before. */
    byte[] read(int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = arena.allocate(Math.max(1, bytes));
            long length = 0;
            while (length < bytes) {
                long got = Errno.require(
                        LibC.read(descriptor, content.asSlice(length, bytes - length)), "cannot read " + path);
                if (got == 0) {
                    break;
                }
                length += got;
            }
            return content.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
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
