package io.sistemo.daemon;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The real files of a test, with a point before and after everything that changes one, at which the program can die, or the
 * change can fail or say that it did. A dead program stays dead: what it still tries after that, in its clean-up say, does
 * nothing.
 */
final class TracedFiles extends FileSystemProvider {
    private final TracedFileSystem fileSystem = new TracedFileSystem(this);
    private final List<String> passed = new ArrayList<>();
    private final int disturbedAt;
    private final Disturbance disturbance;
    private boolean dead;

    /** Files at one point of which, counted from 0, something happens; nothing when there are not so many. */
    TracedFiles(int disturbedAt, Disturbance disturbance) {
        this.disturbedAt = disturbedAt;
        this.disturbance = disturbance;
    }

    /** What happens at a point. */
    enum Disturbance {
        /** The program dies. */
        DEATH,
        /** The change fails for want of room; after it, it was done all the same. */
        FAILURE
    }

    /** The program is dead. Not an exception, so that nothing in it takes it for a failure. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;

        Died(String point) {
            super(point, null, false, false);
        }
    }

    /** A real path, seen through the trace. */
    Path path(Path real) {
        return new TracedPath(this, real);
    }

    FileSystem fileSystem() {
        return fileSystem;
    }

    /** Every point that was passed. */
    List<String> passed() {
        return List.copyOf(passed);
    }

    /** Work on real paths. */
    private interface Work<T> {
        T run() throws IOException;
    }

    private void pass(String point) throws IOException {
        requireAlive();
        boolean disturbed = passed.size() == disturbedAt;
        passed.add(point);
        if (disturbed) {
            switch (disturbance) {
                case DEATH -> {
                    dead = true;
                    throw new Died(point);
                }
                case FAILURE -> throw new FileSystemException(point, null, "No space left on device");
            }
        }
    }

    private void requireAlive() {
        if (dead) {
            throw new Died("dead already");
        }
    }

    private <T> T change(String what, Path path, Work<T> work) throws IOException {
        pass("before " + what + " " + path.getFileName());
        T result = work.run();
        pass("after " + what + " " + path.getFileName());
        return result;
    }

    private <T> T look(Work<T> work) throws IOException {
        requireAlive();
        return work.run();
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Work<FileChannel> open = () -> FileChannel.open(TracedPath.real(path), options, attributes);
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        return writes ? change("write", path, open) : look(open);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        requireAlive();
        Path real = TracedPath.real(directory);
        return new Entries(
                this, real.getFileSystem().provider().newDirectoryStream(real, entry -> filter.accept(path(entry))));
    }

    /** The entries of a directory, as paths through the trace. */
    private record Entries(TracedFiles files, DirectoryStream<Path> real) implements DirectoryStream<Path> {
        @Override
        public Iterator<Path> iterator() {
            Iterator<Path> entries = real.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public Path next() {
                    return files.path(entries.next());
                }
            };
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        var _ = change("mkdir", directory, () -> Files.createDirectory(TracedPath.real(directory), attributes));
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        var _ = change("symlink", link, () -> Files.createSymbolicLink(TracedPath.real(link), TracedPath.real(target)));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        var _ = change("link", link, () -> Files.createLink(TracedPath.real(link), TracedPath.real(existing)));
    }

    @Override
    public void delete(Path path) throws IOException {
        var _ = change("delete", path, () -> {
            Files.delete(TracedPath.real(path));
            return path;
        });
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        var _ = change("copy", target, () -> Files.copy(TracedPath.real(source), TracedPath.real(target), options));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        var _ = change("move", target, () -> Files.move(TracedPath.real(source), TracedPath.real(target), options));
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        var _ = change(
                "set " + attribute, path, () -> Files.setAttribute(TracedPath.real(path), attribute, value, options));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return look(() -> Files.isSameFile(TracedPath.real(path), TracedPath.real(other)));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return look(() -> Files.isHidden(TracedPath.real(path)));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return look(() -> Files.getFileStore(TracedPath.real(path)));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        requireAlive();
        Path real = TracedPath.real(path);
        real.getFileSystem().provider().checkAccess(real, modes);
    }

    /** Modes and owners are set through it without a point of their own: those before and after show both states. */
    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        requireAlive();
        return Files.getFileAttributeView(TracedPath.real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return look(() -> Files.readAttributes(TracedPath.real(path), type, options));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return look(() -> Files.readAttributes(TracedPath.real(path), attributes, options));
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return path(look(() -> Files.readSymbolicLink(TracedPath.real(link))));
    }

    @Override
    public String getScheme() {
        return "traced";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("there is one already");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        return path(Path.of(uri.getPath()));
    }
}
