package io.sistemo.guest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes an archive of the format that the kernel unpacks as an initramfs ("newc", Linux
 * Documentation/driver-api/early-userspace/buffer-format.rst). The same calls give the same bytes: everything belongs to
 * root and has no time.
 *
 * <p>Paths are relative to the root, without a leading slash. Directories above an entry are added where they are
 * missing. Not safe for concurrent use; to be thrown away after {@link #finish}.
 */
final class CpioArchive {
    private static final int DIRECTORY = 0040000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int REGULAR_FILE = 0100000;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int USUAL_DIRECTORY_MODE = 0755;
    private static final int ALIGNMENT_BYTES = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Set<String> paths = new HashSet<>();
    private int lastInode;

    /** Adds a directory with permission bits, unless it is already there. */
    void directory(String path, int mode) {
        if (paths.contains(path)) {
            return;
        }
        entry(path, DIRECTORY | mode, new byte[0], 0, 0);
    }

    /** Adds a file with permission bits. */
    void file(String path, int mode, byte[] content) {
        entry(path, REGULAR_FILE | mode, content, 0, 0);
    }

    /** Adds a text file in UTF-8 with permission bits. */
    void file(String path, int mode, String content) {
        file(path, mode, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a symbolic link. */
    void symbolicLink(String path, String target) {
        entry(path, SYMBOLIC_LINK | 0777, target.getBytes(StandardCharsets.UTF_8), 0, 0);
    }

    /** Adds a character device with permission bits. */
    void characterDevice(String path, int mode, int major, int minor) {
        entry(path, CHARACTER_DEVICE | mode, new byte[0], major, minor);
    }

    /** The whole archive, with its end mark. */
    byte[] finish() {
        write("TRAILER!!!", 0, 0, new byte[0], 0, 0);
        return bytes.toByteArray();
    }

    private void entry(String path, int mode, byte[] content, int major, int minor) {
        requirePath(path);
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            directory(path.substring(0, slash), USUAL_DIRECTORY_MODE);
        }
        if (!paths.add(path)) {
            throw new IllegalArgumentException("the archive already has " + path);
        }
        lastInode++;
        write(path, lastInode, mode, content, major, minor);
    }

    private static void requirePath(String path) {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not a path inside an archive: " + path);
            }
        }
    }

    private void write(String path, int inode, int mode, byte[] content, int major, int minor) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        int links = (mode & DIRECTORY) != 0 && (mode & REGULAR_FILE) == 0 ? 2 : 1;
        StringBuilder header = new StringBuilder("070701");
        // inode, mode, uid, gid, links, time, size, device (2), device that this node is (2), length of the name, check
        int[] fields = {
            inode, mode, 0, 0, links, 0, content.length, 0, 0, major, minor, name.length + 1, 0,
        };
        for (int field : fields) {
            header.append(String.format("%08X", field));
        }
        bytes.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(name);
        bytes.write(0);
        pad();
        bytes.writeBytes(content);
        pad();
    }

    private void pad() {
        while (bytes.size() % ALIGNMENT_BYTES != 0) {
            bytes.write(0);
        }
    }
}
