package io.sistemo.image;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;

/**
 * A directory for trees of packages while they are built. They hold setuid programs, so no other user of the host may
 * reach them. The one exception is apt's own download user, because apt gives up its sandbox where that user cannot go; so
 * its group (on Debian {@code nogroup}) may pass through.
 *
 * <p>Closing it deletes all that is in it. What a crash left is deleted by {@link #open} of the same directory.
 */
public final class Workspace implements AutoCloseable {
    private static final String APT_GROUP = "nogroup";

    private final Path directory;

    private Workspace(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory anew, deleting what is left of an earlier one; its parent must exist. */
    public static Workspace open(Path directory) {
        try {
            Directories.delete(directory);
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Optional<GroupPrincipal> group = aptGroup(directory);
            if (group.isPresent()) {
                Files.getFileAttributeView(directory, PosixFileAttributeView.class)
                        .setGroup(group.get());
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x---"));
            }
            return new Workspace(directory);
        } catch (IOException e) {
            throw failed("Cannot prepare " + directory, e);
        }
    }

    /** A name in the workspace that nothing has yet. */
    public Path path(String name) {
        return directory.resolve(name);
    }

    @Override
    public void close() {
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            throw failed("Cannot delete " + directory, e);
        }
    }

    private static Optional<GroupPrincipal> aptGroup(Path directory) throws IOException {
        if (Files.readAttributes(directory, PosixFileAttributes.class)
                .owner()
                .getName()
                .equals("root")) {
            try {
                return Optional.of(directory
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByGroupName(APT_GROUP));
            } catch (UserPrincipalNotFoundException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Refusal failed(String what, IOException cause) {
        return new Refusal(RefusalCode.FAILED, what + ": " + IoReason.of(cause) + ".", cause);
    }
}
