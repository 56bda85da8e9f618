package io.sistemo.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files and directories of the host. */
public final class LinuxFiles implements Files {
    private static final int LARGEST_FILE_BYTES = 16 << 20;
    private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;

    /** Files of this host; no more is needed than the rights to them. */
    public LinuxFiles() {}

    @Override
    public boolean directoryExists(Path directory) {
        Optional<BasicFileAttributes> facts = facts(directory);
        if (facts.isPresent() && !facts.get().isDirectory()) {
            throw new HostException(directory + " is not a directory");
        }
        return facts.isPresent();
    }

    @Override
    public void ensureDirectory(Path directory, int mode, long ownerUid) {
        if (!directoryExists(directory)) {
            create(directory);
        }
        try (OpenFile open = OpenFile.open(directory, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
            open.assign(ownerUid, mode);
        }
        OpenFile.syncDirectory(PartialFile.parentOf(directory));
    }

    private void create(Path directory) {
        long result = LibC.makeDirectory(directory.toString(), 0700);
        if (result == -Errno.EEXIST) {
            if (!directoryExists(directory)) {
                throw new HostException(directory + " came and went");
            }
            return;
        }
        Errno.require(result, "cannot make the directory " + directory);
    }

    @Override
    public List<String> list(Path directory) {
        if (!directoryExists(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = java.nio.file.Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new HostException("cannot list " + directory, e);
        }
    }

    @Override
    public Map<String, byte[]> readInEach(Path directory, String name) {
        Map<String, byte[]> contents = new HashMap<>();
        for (String inner : list(directory)) {
            Path file = directory.resolve(inner).resolve(name);
            OpenFile.findFile(file).ifPresent(found -> {
                try (OpenFile open = found) {
                    open.regular().ifPresent(facts -> contents.put(inner, readWhole(open, file, facts.sizeBytes())));
                }
            });
        }
        return contents;
    }

    /** Fewer calls than Java's own way: there may be a thousand such files. They are never changed, only replaced. */
    private static byte[] readWhole(OpenFile open, Path file, long sizeBytes) {
        if (sizeBytes > LARGEST_FILE_BYTES) {
            throw new HostException(file + " is larger than " + LARGEST_FILE_BYTES + " bytes");
        }
        return open.read((int) sizeBytes);
    }

    @Override
    public Set<String> thoseWith(Path directory, String name) {
        return list(directory).stream()
                .filter(inner -> facts(directory.resolve(inner))
                                .filter(BasicFileAttributes::isDirectory)
                                .isPresent()
                        && facts(directory.resolve(inner).resolve(name)).isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void makeDirectories(Path directory) {
        if (directoryExists(directory)) {
            return;
        }
        makeDirectories(PartialFile.parentOf(directory));
        create(directory);
    }

    @Override
    public void makeEmpty(Path file, int mode, long ownerUid) {
        int flags = OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
        try (OpenFile open = OpenFile.open(file, flags, 0600)) {
            open.assign(ownerUid, mode);
        }
    }

    @Override
    public boolean link(Path file, Path name) {
        try (OpenFile open = OpenFile.open(file, OpenFlags.PATH)) {
            open.requireRegular();
        }
        long result = LibC.link(file.toString(), name.toString());
        if (result == -Errno.EXDEV) {
            return false;
        }
        Errno.require(result, "cannot give " + file + " the name " + name);
        return true;
    }

    @Override
    public void deleteTree(Path path) {
        Optional<BasicFileAttributes> facts = facts(path);
        if (facts.isEmpty()) {
            return;
        }
        try {
            if (facts.get().isDirectory()) {
                try (DirectoryStream<Path> parent =
                        java.nio.file.Files.newDirectoryStream(PartialFile.parentOf(path))) {
                    deleteDirectory(secure(parent, path), path.getFileName());
                }
            } else {
                java.nio.file.Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new HostException("cannot delete " + path, e);
        }
        OpenFile.syncDirectory(PartialFile.parentOf(path));
    }

    /** Walks by open directories, so that nobody can put a link in the way while it runs. */
    private static void deleteDirectory(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        try (SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name, NOFOLLOW)) {
            for (Path child : directory) {
                Path childName = child.getFileName();
                BasicFileAttributeView view =
                        directory.getFileAttributeView(childName, BasicFileAttributeView.class, NOFOLLOW);
                try {
                    if (view.readAttributes().isDirectory()) {
                        deleteDirectory(directory, childName);
                    } else {
                        directory.deleteFile(childName);
                    }
                } catch (NoSuchFileException e) {
                    // Already gone, which is what was wanted; the directory's own deletion tells if not.
                }
            }
        }
        parent.deleteDirectory(name);
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream, Path path) {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new HostException("cannot delete " + path + ": its filesystem has no safe way to walk it");
    }

    @Override
    public Optional<byte[]> read(Path file) {
        Optional<BasicFileAttributes> facts = facts(file);
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        if (!facts.get().isRegularFile()) {
            throw new HostException(file + " is not a regular file");
        }
        Set<java.nio.file.OpenOption> options = Set.of(StandardOpenOption.READ, NOFOLLOW);
        try (InputStream stream = Channels.newInputStream(java.nio.file.Files.newByteChannel(file, options))) {
            byte[] content = stream.readNBytes(LARGEST_FILE_BYTES + 1);
            if (content.length > LARGEST_FILE_BYTES) {
                throw new HostException(file + " is larger than " + LARGEST_FILE_BYTES + " bytes");
            }
            return Optional.of(content);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HostException("cannot read " + file, e);
        }
    }

    @Override
    public byte[] readFrom(Path file, long offset, int mostBytes) {
        Optional<BasicFileAttributes> facts = facts(file);
        if (facts.isEmpty()) {
            return new byte[0];
        }
        if (!facts.get().isRegularFile()) {
            throw new HostException(file + " is not a regular file");
        }
        try (SeekableByteChannel channel =
                java.nio.file.Files.newByteChannel(file, Set.of(StandardOpenOption.READ, NOFOLLOW))) {
            channel.position(offset);
            return Channels.newInputStream(channel).readNBytes(mostBytes);
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new HostException("cannot read " + file, e);
        }
    }

    @Override
    public void writeAtomically(Path file, byte[] content, int mode, long ownerUid) {
        Path partial = PartialFile.of(file);
        try {
            java.nio.file.Files.deleteIfExists(partial);
            if (facts(file).filter(facts -> !facts.isRegularFile()).isPresent()) {
                throw new HostException(file + " is not a regular file");
            }
            int flags = OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
            try (OpenFile open = OpenFile.open(partial, flags, 0600)) {
                open.assign(ownerUid, mode);
                open.write(content);
                open.sync();
            }
            Errno.require(LibC.rename(partial.toString(), file.toString()), "cannot name " + file);
        } catch (IOException e) {
            throw removed(partial, new HostException("cannot write " + file, e));
        } catch (HostException e) {
            throw removed(partial, e);
        }
        OpenFile.syncDirectory(PartialFile.parentOf(file));
    }

    private static HostException removed(Path partial, HostException failure) {
        try {
            java.nio.file.Files.deleteIfExists(partial);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    @Override
    public void delete(Path file) {
        try {
            java.nio.file.Files.deleteIfExists(PartialFile.of(file));
            Optional<BasicFileAttributes> facts = facts(file);
            if (facts.isEmpty()) {
                return;
            }
            if (facts.get().isDirectory()) {
                throw new HostException("cannot delete " + file + ": it is a directory");
            }
            java.nio.file.Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new HostException("cannot delete " + file, e);
        }
        OpenFile.syncDirectory(PartialFile.parentOf(file));
    }

    private static Optional<BasicFileAttributes> facts(Path path) {
        try {
            return Optional.of(java.nio.file.Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HostException("cannot look at " + path, e);
        }
    }
}
