package io.sistemo.daemon;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import io.sistemo.host.DirectoryLock;
import io.sistemo.image.Directories;
import io.sistemo.jsonb.GeneratedJsonComponent;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Sets of files that belong together: a directory with the files and a record that has their digests. The record is written
 * last, so a set without one, or with other content than it says, counts as not there.
 */
final class InstallationAssets {
    static final String RECORD = "versions.json";
    private static final String NEW_SET = ".new";

    private static final Jsonb JSONB =
            Jsonb.builder().add(new GeneratedJsonComponent()).build();

    private InstallationAssets() {}

    /** The record of a set that is there and whole, and was made from these inputs. */
    static Optional<InstallationRecord> find(Path directory, String inputsHash) throws IOException {
        return find(directory).filter(record -> record.inputsHash().equals(inputsHash));
    }

    /** The record of a set that is there and whole, whatever it was made from. */
    static Optional<InstallationRecord> find(Path directory) throws IOException {
        Path file = directory.resolve(RECORD);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        Optional<InstallationRecord> record = parse(Files.readString(file));
        if (record.isEmpty()) {
            return Optional.empty();
        }
        for (Map.Entry<String, String> each : record.get().sha256ByFile().entrySet()) {
            if (!isWhole(directory.resolve(each.getKey()), each.getValue(), Files.getLastModifiedTime(file))) {
                return Optional.empty();
            }
        }
        return record;
    }

    /** A file that was not written to since its record was made need not be read, which takes a second for a kernel. */
    private static boolean isWhole(Path asset, String sha256, FileTime recorded) throws IOException {
        return Files.isRegularFile(asset, LinkOption.NOFOLLOW_LINKS)
                && (Files.getLastModifiedTime(asset).compareTo(recorded) < 0
                        || sha256(asset).equals(sha256));
    }

    /** Makes the set's files durable and then valid. */
    static void seal(Path directory, InstallationRecord record) throws IOException {
        for (String name : record.sha256ByFile().keySet()) {
            sync(directory.resolve(name));
        }
        Directories.sync(directory);
        Path temporary = directory.resolve(RECORD + ".new");
        Files.writeString(temporary, JSONB.toJsonPretty(record) + "\n");
        sync(temporary);
        Files.move(temporary, directory.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(directory);
    }

    /** Takes a set's files into another directory in place of what is there, sharing them where the filesystem can. */
    static void transfer(Path from, Path to, InstallationRecord record) throws IOException {
        Files.deleteIfExists(to.resolve(RECORD));
        for (String name : record.sha256ByFile().keySet()) {
            Path target = to.resolve(name);
            Path temporary = to.resolve(name + ".new");
            Files.deleteIfExists(temporary);
            linkOrCopy(from.resolve(name), temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
        seal(to, record);
    }

    /**
     * Makes a cache unless it is there. Guests boot what lies in it, so nobody else may write to it.
     *
     * @throws Refusal BAD_INPUT when somebody else could
     */
    static void ensureCache(Path cache) throws IOException {
        if (!Files.exists(cache)) {
            Files.createDirectories(cache);
            Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        PosixFileAttributes attributes = Files.readAttributes(cache, PosixFileAttributes.class);
        if (!attributes.isDirectory()
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                || attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || !attributes.owner().equals(Files.getOwner(Path.of("/proc/self")))) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "The cache " + cache + " must be a directory of root's to which nobody else may write.");
        }
    }

    /**
     * Puts a set into a cache under a name. A set that is there stays, and nothing is put while another process puts
     * something: a cache may lack what it could have.
     */
    static void putInto(Path cache, String name, Path from, InstallationRecord record) throws IOException {
        Optional<DirectoryLock> lock = DirectoryLock.tryAcquire(cache);
        if (lock.isEmpty()) {
            return;
        }
        try (DirectoryLock _ = lock.get()) {
            Path temporary = cache.resolve(NEW_SET);
            // What a process left that died here.
            Directories.delete(temporary);
            Files.createDirectory(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                transfer(from, temporary, record);
                Files.move(temporary, cache.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                // Theirs was made from the same inputs.
                Directories.sync(cache);
            } finally {
                Directories.delete(temporary);
            }
        }
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = digest();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String sha256(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Optional<InstallationRecord> parse(String text) {
        try {
            return Optional.ofNullable(JSONB.type(InstallationRecord.class).fromJson(text));
        } catch (JsonException | IllegalArgumentException | IllegalStateException | NullPointerException e) {
            // A record that cannot be read vouches for nothing; the set is made again.
            return Optional.empty();
        }
    }

    /** The files are never written again, only replaced, so sharing them is safe. */
    private static void linkOrCopy(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileSystemException | UnsupportedOperationException e) {
            // Another filesystem, or one without links.
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
