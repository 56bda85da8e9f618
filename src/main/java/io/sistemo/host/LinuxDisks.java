package io.sistemo.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.Consumer;

/** Disk files on the host's filesystems. */
public final class LinuxDisks implements Disks {
    private static final int BLOCK_BYTES = 4096;
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;

    /** Disks of this host; no more is needed than the rights to their files. */
    public LinuxDisks() {}

    @Override
    public Optional<DiskFacts> find(Path disk) {
        return OpenFile.find(disk, OpenFlags.READ_ONLY).map(open -> {
            try (open) {
                return open.requireRegular();
            }
        });
    }

    @Override
    public void cloneImage(Path image, Path target, long sizeBytes) {
        cloneImage(image, target, sizeBytes, _ -> {});
    }

    /** As {@link #cloneImage(Path, Path, long)}, with something done to the copy before it is synced and gets its name. */
    void cloneImage(Path image, Path target, long sizeBytes, Consumer<Path> change) {
        Optional<DiskFacts> present = find(target);
        if (present.isPresent()) {
            requireSize(target, present.get(), sizeBytes);
            return;
        }
        try (OpenFile source = OpenFile.open(image, OpenFlags.READ_ONLY)) {
            long imageBytes = source.requireRegular().sizeBytes();
            if (imageBytes > sizeBytes) {
                throw new HostException("a disk of " + sizeBytes + " bytes cannot hold the image " + image + " of "
                        + imageBytes + " bytes");
            }
            appear(target, sizeBytes, partial -> write(source, imageBytes, partial, sizeBytes, change));
        }
    }

    /** Makes a disk under its temporary name, and publishes it synced. One that is there already with this size stays. */
    void make(Path target, long sizeBytes, Consumer<Path> fill) {
        Optional<DiskFacts> present = find(target);
        if (present.isPresent()) {
            requireSize(target, present.get(), sizeBytes);
            return;
        }
        appear(target, sizeBytes, partial -> {
            remove(partial);
            int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
            try (OpenFile file = OpenFile.open(partial, flags, 0600)) {
                file.resize(sizeBytes);
                fill.accept(partial);
                file.sync();
            }
        });
    }

    private void appear(Path target, long sizeBytes, Consumer<Path> write) {
        Path partial = PartialFile.of(target);
        try {
            write.accept(partial);
            publish(partial, target, sizeBytes);
        } catch (HostException e) {
            removePartial(partial, e);
            throw e;
        }
    }

    @Override
    public void extend(Path disk, long sizeBytes) {
        try (OpenFile open = OpenFile.open(disk, OpenFlags.READ_WRITE)) {
            if (open.requireRegular().sizeBytes() < sizeBytes) {
                open.resize(sizeBytes);
            }
            open.sync();
        }
    }

    private static void write(OpenFile source, long imageBytes, Path partial, long sizeBytes, Consumer<Path> change) {
        remove(partial);
        int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
        try (OpenFile copy = OpenFile.open(partial, flags, 0600)) {
            new SparseCopy(source, copy).run(imageBytes);
            copy.resize(sizeBytes);
            change.accept(partial);
            copy.sync();
        }
    }

    private void publish(Path partial, Path target, long sizeBytes) {
        long result = LibC.renameNoReplace(partial.toString(), target.toString());
        if (result == -Errno.EEXIST) {
            requireSize(
                    target, find(target).orElseThrow(() -> new HostException(target + " came and went")), sizeBytes);
            remove(partial);
            return;
        }
        Errno.require(result, "cannot name the new disk " + target);
        OpenFile.syncDirectory(PartialFile.parentOf(target));
    }

    private static void requireSize(Path disk, DiskFacts facts, long sizeBytes) {
        if (facts.sizeBytes() != sizeBytes) {
            throw new HostException(
                    disk + " exists already with " + facts.sizeBytes() + " bytes instead of " + sizeBytes);
        }
    }

    private static void removePartial(Path partial, HostException failure) {
        try {
            remove(partial);
        } catch (HostException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    @Override
    public void assignOwner(Path disk, long uid, int mode) {
        try (OpenFile open = OpenFile.open(disk, OpenFlags.READ_ONLY)) {
            open.requireRegular();
            open.assign(uid, mode);
        }
    }

    @Override
    public void delete(Path disk) {
        remove(PartialFile.of(disk));
        if (remove(disk)) {
            OpenFile.syncDirectory(PartialFile.parentOf(disk));
        }
    }

    /** Removes a name that is not a directory's; says whether there was one. */
    private static boolean remove(Path file) {
        try {
            if (java.nio.file.Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                throw new HostException("cannot delete " + file + ": it is a directory");
            }
            return java.nio.file.Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new HostException("cannot delete " + file, e);
        }
    }

    @Override
    public String copyHashed(Path source, Path copy, CopyWatch watch) {
        return new HashedCopy(watch).copy(source, copy);
    }

    @Override
    public String receive(InputStream content, long sizeBytes, Path copy, CopyWatch watch) {
        return new HashedCopy(watch).receive(content, sizeBytes, copy);
    }

    @Override
    public void send(Path disk, OutputStream sink, CopyWatch watch) {
        Transfers.send(disk, sink, watch);
    }

    @Override
    public void publish(Path copy, Path target) {
        long result = LibC.renameNoReplace(copy.toString(), target.toString());
        if (result == -Errno.EEXIST) {
            remove(copy);
        } else {
            Errno.require(result, "cannot name the new file " + target);
        }
        OpenFile.syncDirectory(PartialFile.parentOf(target));
    }

    @Override
    public Optional<FileHead> readHead(Path file, int bytes) {
        try {
            // Asked before opening: opening a pipe blocks, and opening a device may do things.
            BasicFileAttributes facts = java.nio.file.Files.readAttributes(file, BasicFileAttributes.class);
            if (!facts.isRegularFile()) {
                FileHead.Kind kind = facts.isDirectory() ? FileHead.Kind.DIRECTORY : FileHead.Kind.OTHER;
                return Optional.of(new FileHead(kind, 0, ByteBuffer.allocate(0)));
            }
            try (InputStream stream = java.nio.file.Files.newInputStream(file)) {
                ByteBuffer content = ByteBuffer.wrap(stream.readNBytes(bytes)).asReadOnlyBuffer();
                return Optional.of(new FileHead(FileHead.Kind.REGULAR, facts.size(), content));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HostException("cannot read " + file, e);
        }
    }

    @Override
    public long freeBytes(Path path) {
        try {
            return java.nio.file.Files.getFileStore(path).getUsableSpace();
        } catch (IOException e) {
            throw new HostException("cannot ask for the room on the filesystem of " + path, e);
        }
    }

    @Override
    public void punchHead(Path log, long keepBytes) {
        Optional<OpenFile> found = OpenFile.find(log, OpenFlags.READ_WRITE);
        if (found.isEmpty()) {
            return;
        }
        try (OpenFile open = found.get()) {
            long surplusBytes = open.requireRegular().sizeBytes() - keepBytes;
            long wholeBlocks = surplusBytes / BLOCK_BYTES * BLOCK_BYTES;
            if (wholeBlocks > 0) {
                long result = LibC.fallocate(open.descriptor(), PUNCH_HOLE | KEEP_SIZE, 0, wholeBlocks);
                Errno.require(result, "cannot shorten the log " + log);
            }
        }
    }
}
