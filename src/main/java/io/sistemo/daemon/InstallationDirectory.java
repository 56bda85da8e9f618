package io.sistemo.daemon;

import io.sistemo.image.Directories;
import io.sistemo.image.IoReason;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data directory and its parts. Whoever owns it may call the daemon, as root may; so it is given to the user behind
 * sudo where it lies in a place of that user's, and belongs to root elsewhere. What is in it belongs to root, except the
 * SSH key, with which the owner logs in to machines.
 */
public final class InstallationDirectory {
    /** Where the daemon's and the CLI's key is. */
    public static final String SSH = "ssh";
    /** Where the guest's kernel and the base initramfs are. */
    public static final String KERNEL = "kernel";
    /** Where programs are. */
    public static final String PROGRAMS = "bin";
    /** Where images are. */
    public static final String IMAGES = "images";
    /** Where trees are built; gone when nothing is being built. */
    public static final String BUILD = "build";

    /** What may lie in a data directory before anything was installed in it. */
    private static final Set<String> OURS = Set.of(
            "sistemo.db",
            "installation-id",
            "config.yml",
            SSH,
            KERNEL,
            IMAGES,
            "volumes",
            "vms",
            PROGRAMS,
            BUILD,
            "lost+found");

    /** The kernel takes 107 bytes (unix(7)); a machine's socket is vms/, 36 of an id, and up to 9 of a name below. */
    private static final int LONGEST_PATH_BYTES = 107 - "/vms/".length() - 36 - "/vmm.sock".length();

    private static final String REACHABLE = "rwx--x--x";
    private static final String PRIVATE = "rwx------";

    private final Path path;

    private InstallationDirectory(Path path) {
        this.path = path;
    }

    /**
     * Checks the data directory, and makes it and its parts when they are missing.
     *
     * @throws Refusal BAD_INPUT when the path is not fit to be one; FAILED when it cannot be made
     */
    public static InstallationDirectory ensure(InstallationRequest request) {
        Path path = request.dataDirectory();
        requireRoomForSockets(path);
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                requireFit(path);
            } else {
                create(path, request);
            }
            ensurePart(path.resolve(KERNEL), PRIVATE);
            ensurePart(path.resolve(PROGRAMS), PRIVATE);
            ensurePart(path.resolve(IMAGES), PRIVATE);
            ensurePart(path.resolve("volumes"), PRIVATE);
            // The owner reads machines' logs and known hosts on the way to them.
            ensurePart(path.resolve("vms"), REACHABLE);
            return new InstallationDirectory(path);
        } catch (IOException e) {
            throw failed("Cannot prepare the data directory " + path, e);
        }
    }

    /**
     * Checks that a socket in a machine's directory has a path that the kernel takes.
     *
     * @throws Refusal BAD_INPUT when the path is too long
     */
    public static void requireRoomForSockets(Path path) {
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_PATH_BYTES) {
            throw unfit(
                    path,
                    "it is " + bytes + " bytes long, and sockets in it need it to have at most " + LONGEST_PATH_BYTES);
        }
    }

    /** A part of it. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Gives the SSH key to the owner of the data directory: ssh refuses a key that others may read. */
    public void handKeyToOwner() {
        Path ssh = path.resolve(SSH);
        try {
            List<Path> all = new ArrayList<>(List.of(ssh));
            try (DirectoryStream<Path> files = Files.newDirectoryStream(ssh)) {
                files.forEach(all::add);
            }
            Object owner = attribute(path, "unix:uid");
            Object group = attribute(path, "unix:gid");
            for (Path each : all) {
                Files.setAttribute(each, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(each, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw failed("Cannot give " + ssh + " to the owner of the data directory", e);
        }
    }

    private static void requireFit(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw unfit(path, "it is a symbolic link; name the directory that it leads to");
        }
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw unfit(path, "it is not a directory");
        }
        if (Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).contains(PosixFilePermission.OTHERS_WRITE)) {
            throw unfit(path, "everybody may write to it; take that right away with: chmod o-w " + path);
        }
        requireOurs(path);
    }

    /** A wrong path, somebody's home say, must not be filled with our things. */
    private static void requireOurs(Path path) throws IOException {
        boolean empty = true;
        boolean ours = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                empty = false;
                ours |= OURS.contains(String.valueOf(entry.getFileName()));
            }
        }
        if (!empty && !ours) {
            throw unfit(path, "it holds other things; name a new or an empty directory");
        }
    }

    private static void create(Path path, InstallationRequest request) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw unfit(path, "it is the root directory");
        }
        if (!Files.isDirectory(parent)) {
            throw unfit(path, "there is no directory " + parent + " to make it in");
        }
        // Under another name until it has its owner and mode: later nobody can tell whether it was to have others.
        Path partial = path.resolveSibling("." + path.getFileName() + ".partial");
        if (!Files.isDirectory(partial, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
        }
        OptionalLong user = request.callingUser();
        if (user.isPresent() && owner(parent) == user.getAsLong()) {
            Files.setAttribute(partial, "unix:gid", (int) request.callingGroup().orElse(0));
            Files.setAttribute(partial, "unix:uid", (int) user.getAsLong());
        }
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString(REACHABLE));
        Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(parent);
    }

    private static long owner(Path path) throws IOException {
        return ((Number) attribute(path, "unix:uid")).longValue();
    }

    private static Object attribute(Path path, String name) throws IOException {
        @Nullable Object value = Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS);
        if (value == null) {
            throw new IOException("no attribute " + name);
        }
        return value;
    }

    private static void ensurePart(Path part, String mode) throws IOException {
        if (!Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
        }
        // Also on one that is there: whoever made it may have died before this.
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString(mode));
    }

    private static Refusal unfit(Path path, String why) {
        return new Refusal(RefusalCode.BAD_INPUT, "The data directory cannot be " + path + ": " + why + ".");
    }

    private static Refusal failed(String what, IOException cause) {
        return new Refusal(RefusalCode.FAILED, what + ": " + IoReason.of(cause) + ".", cause);
    }
}
