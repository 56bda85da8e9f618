package io.sistemo.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Sistemo's own key, with which the daemon and the CLI log in to guests. Made once for a data directory.
 *
 * @param privateKeyFile in OpenSSH's format, readable by its owner alone
 * @param publicLine the public half as in authorized_keys: type, base64, comment
 */
public record ClientKey(Path privateKeyFile, String publicLine) {
    private static final String PRIVATE_NAME = "sistemo_key";
    private static final String PUBLIC_NAME = "sistemo_key.pub";
    private static final String COMMENT = "sistemo";
    private static final String TEMPORARY = ".tmp";

    /**
     * The key of a directory; the directory and the key are made when they are missing. May be called at any time, also
     * by several processes at once: the first one's key stays.
     *
     * @throws IOException when the files cannot be read or written, or the private key is not one of ours
     */
    public static ClientKey ensure(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path privateFile = directory.resolve(PRIVATE_NAME);
        if (Files.notExists(privateFile)) {
            create(directory, privateFile);
        }
        String line = load(privateFile);
        Path publicFile = directory.resolve(PUBLIC_NAME);
        if (Files.notExists(publicFile) || !Files.readString(publicFile).equals(line + "\n")) {
            Path temporary = write(directory, PUBLIC_NAME, line + "\n", "rw-r--r--");
            Files.move(temporary, publicFile, StandardCopyOption.ATOMIC_MOVE);
        }
        return new ClientKey(privateFile, line);
    }

    /**
     * Deletes what an interrupted {@link #ensure} left; to be called by who alone uses the directory.
     *
     * @throws IOException when it cannot be deleted
     */
    public static void deleteLeftovers(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> leftovers =
                    Files.newDirectoryStream(directory, "." + PRIVATE_NAME + "*" + TEMPORARY)) {
                for (Path each : leftovers) {
                    Files.delete(each);
                }
            }
        }
    }

    private static String load(Path privateFile) throws IOException {
        try {
            HostKey.Public publicKey = SshKeyFormats.publicOf(Files.readString(privateFile));
            return publicKey.openSshLine() + " " + COMMENT;
        } catch (IllegalArgumentException e) {
            throw new IOException(privateFile + " is " + e.getMessage() + "; move it away to get a new one", e);
        }
    }

    private static void create(Path directory, Path privateFile) throws IOException {
        String text = SshKeyFormats.openSsh(HostKey.generate(), COMMENT);
        Path temporary = write(directory, PRIVATE_NAME, text, "rw-------");
        try {
            // A hard link, unlike a rename, never replaces a key that another process just made.
            Files.createLink(privateFile, temporary);
        } catch (FileAlreadyExistsException e) {
            // That key is as good as ours; the caller loads it.
            return;
        } finally {
            Files.delete(temporary);
        }
    }

    private static Path write(Path directory, String name, String text, String permissions) throws IOException {
        Path temporary = Files.createTempFile(directory, "." + name, TEMPORARY);
        try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
        return temporary;
    }
}
