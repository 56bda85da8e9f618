package io.sistemo.image;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images' files: {@code images/SHA256.ext4}, named by their content and never changed (mode 0400). What an interrupted
 * import leaves is called {@code import.partial-OPERATION}, so that whoever knows the operation can clean up after it.
 *
 * <p>Only files; which names (tags) lead to them is the database's matter. Safe for concurrent use, as long as two imports
 * never share an operation.
 */
public final class ImageFiles {
    private static final String SUFFIX = ".ext4";
    private static final String PARTIAL = "import.partial-";
    private static final Pattern IMAGE_NAME = Pattern.compile("([0-9a-f]{64})\\.ext4");
    private static final Pattern OPERATION = Pattern.compile("[A-Za-z0-9-]{1,64}");
    /** Below this a failed write is taken for a full disk; Java does not tell the kernel's error number. */
    private static final long FULL_BELOW_BYTES = 8L << 20;

    private final Path directory;

    /** A store in a directory that exists and that only root may write. */
    public ImageFiles(Path directory) {
        this.directory = directory;
    }

    /** An image, if it is here. */
    public Optional<ImageFile> find(ImageDigest digest) {
        Path file = fileOf(digest);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ImageFile(digest, file, Ext4Superblock.read(file), Files.size(file)));
        } catch (IOException e) {
            throw failed("Cannot read " + file, e);
        }
    }

    /** The digests of all images that are here. */
    public List<ImageDigest> list() {
        return names(IMAGE_NAME).stream().map(ImageDigest::new).toList();
    }

    /** The operations whose import was interrupted, or is under way. */
    public List<String> partialImports() {
        return names(Pattern.compile(Pattern.quote(PARTIAL) + "(" + OPERATION.pattern() + ")"));
    }

    /** Deletes what an interrupted import left; nothing there is success. */
    public void deletePartialImport(String operation) {
        delete(partialOf(operation));
    }

    /** Deletes an image; nothing there is success. Disks made from it are copies and stay. */
    public void delete(ImageDigest digest) {
        delete(fileOf(digest));
    }

    /**
     * Copies an ext4 file of the host into the store. When the store has this content already, that is the answer. Leaves
     * nothing behind when it fails; the file appears whole and synced, or not at all.
     *
     * @param source an absolute path
     * @param operation whose work this is; names the temporary file
     * @param cancelled asked often; the import ends soon after it says true, as it does on an interrupt of the thread
     * @param beforePublishing told the digest before the file appears under it, so that its claim can be committed first
     * @throws Refusal BAD_INPUT, NOT_FOUND, DISK_FULL, CANCELLED or FAILED
     */
    public ImageFile importFile(
            Path source,
            String operation,
            Consumer<Progress> progress,
            BooleanSupplier cancelled,
            Consumer<ImageDigest> beforePublishing) {
        if (!source.isAbsolute()) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT, "The path of an image must begin with /: " + source + " does not.");
        }
        requireRoom(source, Ext4Superblock.read(source));
        Path partial = partialOf(operation);
        try {
            delete(partial);
            ImageDigest digest = copy(source, partial, progress, cancelled);
            // The copy is what will boot, so it is the copy that must be whole.
            Ext4Superblock.read(partial);
            beforePublishing.accept(digest);
            publish(partial, fileOf(digest));
            return find(digest).orElseThrow(() -> new IllegalStateException(digest + " vanished from the store"));
        } catch (CancellationException | ClosedByInterruptException e) {
            throw new Refusal(RefusalCode.CANCELLED, "The import of " + source + " was cancelled.", e);
        } catch (IOException e) {
            throw isFull() ? full(source, e) : failed("Cannot copy " + source + " into the image store", e);
        } finally {
            delete(partial);
        }
    }

    private static ImageDigest copy(Path source, Path partial, Consumer<Progress> progress, BooleanSupplier cancelled)
            throws IOException {
        BasicFileAttributes before = Files.readAttributes(source, BasicFileAttributes.class);
        Files.createFile(partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        ImageDigest digest;
        try (FileChannel input = FileChannel.open(source, StandardOpenOption.READ);
                RandomAccessFile output = new RandomAccessFile(partial.toFile(), "rw")) {
            digest = new SparseCopy("copying " + source.getFileName(), progress, cancelled).copy(input, output);
            Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("r--------"));
            output.getChannel().force(true);
        }
        BasicFileAttributes after = Files.readAttributes(source, BasicFileAttributes.class);
        if (before.size() != after.size() || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
            throw new Refusal(
                    RefusalCode.FAILED, source + " changed while it was copied; try again when nothing writes to it.");
        }
        return digest;
    }

    private void publish(Path partial, Path target) throws IOException {
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            Directories.sync(directory);
        }
    }

    /** An early answer: the used blocks need not all be copied if some are zeroes, but that is rare. */
    private void requireRoom(Path source, Ext4Superblock superblock) {
        try {
            if (Files.getFileStore(directory).getUsableSpace() < superblock.usedBytes()) {
                throw full(source, new IOException("not enough room for " + superblock.usedBytes() + " bytes"));
            }
        } catch (IOException e) {
            throw failed("Cannot ask how much room there is in " + directory, e);
        }
    }

    private boolean isFull() {
        try {
            return Files.getFileStore(directory).getUsableSpace() < FULL_BELOW_BYTES;
        } catch (IOException e) {
            throw failed("Cannot ask how much room there is in " + directory, e);
        }
    }

    private List<String> names(Pattern pattern) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher name = pattern.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()) {
                    names.add(name.group(1));
                }
            }
        } catch (IOException e) {
            throw failed("Cannot list " + directory, e);
        }
        names.sort(null);
        return names;
    }

    private void delete(Path file) {
        try {
            if (Files.deleteIfExists(file)) {
                Directories.sync(directory);
            }
        } catch (IOException e) {
            throw failed("Cannot delete " + file, e);
        }
    }

    private Path fileOf(ImageDigest digest) {
        return directory.resolve(digest.hex() + SUFFIX);
    }

    private Path partialOf(String operation) {
        if (!OPERATION.matcher(operation).matches()) {
            throw new IllegalArgumentException("not an operation's id: " + operation);
        }
        return directory.resolve(PARTIAL + operation);
    }

    private Refusal full(Path source, IOException cause) {
        return new Refusal(
                RefusalCode.DISK_FULL,
                "There is not enough room in " + directory + " for the image " + source + "; free some and try again.",
                cause);
    }

    private static Refusal failed(String what, IOException cause) {
        return new Refusal(RefusalCode.FAILED, what + ": " + IoReason.of(cause) + ".", cause);
    }
}
