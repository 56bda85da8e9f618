package io.sistemo.e2e;

import java.nio.file.Path;

/**
 * A filesystem of its own under a private host's data directory, so small that it can be filled to the last block. An ext4
 * on a loop device, since only a real one knows what is allocated and when; it ends with the host.
 */
final class SmallDisk {
    private static final String FILL =
            // Unwritten extents for most of it, which takes no time; then single blocks, until the last one is gone.
            "fallocate -l $(($(df -B1 --output=avail \"$1\" | tail -n 1) - 1048576 - $3)) \"$2\" 2>/dev/null; "
                    + "[ $3 -gt 0 ] || dd if=/dev/zero bs=4096 of=\"$2\" oflag=append conv=notrunc 2>/dev/null; sync \"$2\"";

    private final PrivateHost host;
    private final Path filler;

    /** That of a host which has one. */
    SmallDisk(PrivateHost host) {
        this.host = host;
        this.filler = host.dataDirectory().resolve("filler");
    }

    /** Puts one under the data directory, which must not exist yet. */
    static void make(PrivateHost host, int mebibytes) throws Exception {
        // Beside the data: in the small filesystem it would be within itself.
        String file = host.scratch().resolve("small-disk").toString();
        String data = host.dataDirectory().toString();
        // No blocks for root alone: the VMMs and the daemon find the same room.
        host.run("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "-J", "size=4", file, mebibytes + "M")
                .succeeded();
        host.run("mkdir", data).succeeded();
        host.run("mount", "-o", "loop", file, data).succeeded();
        host.run("rmdir", data + "/lost+found").succeeded();
    }

    /** Takes all room that is left. */
    void fill() throws Exception {
        fillBut(0);
    }

    /** Takes all room but about so much. */
    void fillBut(int mebibytes) throws Exception {
        host.run(
                        "sh",
                        "-c",
                        FILL,
                        "sh",
                        host.dataDirectory().toString(),
                        filler.toString(),
                        Long.toString((long) mebibytes << 20))
                .succeeded();
    }

    /** Gives back what {@link #fill} took. */
    void free() throws Exception {
        host.run("rm", "-f", filler.toString()).succeeded();
    }

    /** Bytes that are left. */
    long freeBytes() throws Exception {
        return Long.parseLong(
                host.run("df", "-B1", "--output=avail", host.dataDirectory().toString())
                        .succeeded()
                        .text()
                        .replaceFirst("(?s).*\\s", ""));
    }
}
