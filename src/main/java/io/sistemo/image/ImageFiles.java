package io.sistemo.image;

import io.sistemo.host.CopyWatch;
import io.sistemo.host.DiskFacts;
import io.sistemo.host.DiskFullException;
import io.sistemo.host.Disks;
import io.sistemo.host.Files;
import io.sistemo.host.HostException;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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
    private static final int OWNER_ONLY = 0600;
    private static final String NAMES = "names.json";
    private static final String PARTIAL = "import.partial-";
    private static final Pattern IMAGE_NAME = Pattern.compile("([0-9a-f]{64})\\.ext4");
    private static final Pattern OPERATION = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private final Disks disks;
    private final Files files;
    private final Path directory;

    /** A store in a directory that exists and that only root may write. */
    public ImageFiles(Disks disks, Files files, Path directory) {
        this.disks = disks;
        this.files = files;
        this.directory = directory;
    }

    /** An image, if it is here. */
    public Optional<ImageFile> find(ImageDigest digest) {
        Path file = fileOf(digest);
        try {
            Optional<DiskFacts> facts = disks.find(file);
            return facts.map(found -> new ImageFile(digest, file, Ext4Superblock.read(disks, file), found.sizeBytes()));
        } catch (HostException e) {
            throw failed("Cannot read " + file, e);
        }
    }

    /**
     * The superblock of a file that may become an image.
     *
     * @throws Refusal BAD_INPUT, NOT_FOUND or FAILED
     */
    public Ext4Superblock superblock(Path source) {
        return Ext4Superblock.read(disks, source);
    }

    /** The digests of all images that are here. */
    public List<ImageDigest> list() {
        return names(IMAGE_NAME).stream().map(ImageDigest::new).toList();
    }

    /** The operations whose import was interrupted, or is under way. */
    public List<String> partialImports() {
        return names(Pattern.compile(Pattern.quote(PARTIAL) + "(" + OPERATION.pattern() + ")"));
    }

    /**
     * Writes down which names lead to which images; the file changes whole or not at all, and only when it would differ.
     * Without any names there is no file.
     *
     * @throws Refusal FAILED when it cannot be written
     */
    public void writeNames(List<StoredImage> rows) {
        Path file = directory.resolve(NAMES);
        byte[] content = ImageNames.of(rows).toBytes();
        try {
            if (rows.isEmpty()) {
                files.delete(file);
            } else if (files.read(file)
                    .filter(written -> Arrays.equals(written, content))
                    .isEmpty()) {
                files.writeAtomically(file, content, OWNER_ONLY, 0);
            }
        } catch (HostException e) {
            throw failed("Cannot write " + file, e);
        }
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
        requireRoom(source, superblock(source));
        Path partial = partialOf(operation);
        try {
            delete(partial);
            ImageDigest digest = new ImageDigest(disks.copyHashed(source, partial, watch(source, progress, cancelled)));
            // The copy is what will boot, so it is the copy that must be whole.
            Ext4Superblock.read(disks, partial);
            beforePublishing.accept(digest);
            disks.publish(partial, fileOf(digest));
            return find(digest).orElseThrow(() -> new IllegalStateException(digest + " vanished from the store"));
        } catch (CancellationException e) {
            throw cancelled(source, e);
        } catch (DiskFullException e) {
            throw full(source, e);
        } catch (HostException e) {
            throw Thread.currentThread().isInterrupted()
                    ? cancelled(source, e)
                    : failed("Cannot copy " + source + " into the image store", e);
        } finally {
            delete(partial);
        }
    }

    private static CopyWatch watch(Path source, Consumer<Progress> progress, BooleanSupplier cancelled) {
        return new CopyWatch() {
            private int percent = -1;

            @Override
            public void copied(long bytes, long ofBytes) {
                int now = (int) Math.min(100, 100 * bytes / Math.max(1, ofBytes));
                if (now != percent) {
                    percent = now;
                    progress.accept(Progress.of("copying " + source.getFileName(), now));
                }
            }

            @Override
            public boolean cancelled() {
                return cancelled.getAsBoolean();
            }
        };
    }

    /** An early answer: the used blocks need not all be copied if some are zeroes, but that is rare. */
    private void requireRoom(Path source, Ext4Superblock superblock) {
        try {
            if (disks.freeBytes(directory) < superblock.usedBytes()) {
                throw full(source, new IOException("not enough room for " + superblock.usedBytes() + " bytes"));
            }
        } catch (HostException e) {
            throw failed("Cannot ask how much room there is in " + directory, e);
        }
    }

    private List<String> names(Pattern pattern) {
        try {
            return files.list(directory).stream()
                    .map(pattern::matcher)
                    .filter(Matcher::matches)
                    .map(name -> name.group(1))
                    .toList();
        } catch (HostException e) {
            throw failed("Cannot list " + directory, e);
        }
    }

    private void delete(Path file) {
        try {
            disks.delete(file);
        } catch (HostException e) {
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

    private Refusal full(Path source, Exception cause) {
        return new Refusal(
                RefusalCode.DISK_FULL,
                "There is not enough room in " + directory + " for the image " + source + "; free some and try again.",
                cause);
    }

    private static Refusal cancelled(Path source, RuntimeException cause) {
        return new Refusal(RefusalCode.CANCELLED, "The import of " + source + " was cancelled.", cause);
    }

    private static Refusal failed(String what, HostException cause) {
        String reason =
                cause.getCause() instanceof IOException io ? IoReason.of(io) : String.valueOf(cause.getMessage());
        return new Refusal(RefusalCode.FAILED, what + ": " + reason + ".", cause);
    }
}
