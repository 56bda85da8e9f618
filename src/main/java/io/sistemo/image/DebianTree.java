package io.sistemo.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Turns a freshly installed tree into an image that many machines start from: without anything of the host that built it,
 * and without anything that must differ between machines. Only files are changed; nothing in the tree is run, and no link in
 * it is followed.
 */
final class DebianTree {
    private static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /** Made by the first connection to port 22, so that a boot does not wait for it. */
    private static final String HOST_KEYS_UNIT = """
            [Unit]
            Description=Make this machine's SSH host keys
            ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
            ExecStart=/usr/bin/ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key
            """;

    private static final String HOST_KEYS_FIRST = """
            [Unit]
            Requires=ssh-host-keys.service
            After=ssh-host-keys.service
            """;

    private static final String HOSTS = """
            127.0.0.1	localhost
            ::1		localhost ip6-localhost ip6-loopback
            ff02::1		ip6-allnodes
            ff02::2		ip6-allrouters
            """;

    private final Path tree;
    private final List<String> leftOut;

    /** A tree that was installed without the files of these dpkg options ({@code path-exclude=...}). */
    DebianTree(Path tree, List<String> leftOut) {
        this.tree = tree;
        this.leftOut = List.copyOf(leftOut);
    }

    /** Does all of it; doing it again changes nothing. */
    void neutralize(String release) throws IOException {
        forgetBuildHost(release);
        forgetIdentity();
        startSshdOnDemand();
        dropLogs();
    }

    /** Bytes that the tree's files take on a filesystem with 4 KiB blocks. */
    long sizeBytes() throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                bytes[0] += roundUp(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.isRegularFile() ? roundUp(attributes.size()) : 0;
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }

    private static long roundUp(long bytes) {
        return (bytes + 4095) & ~4095L;
    }

    private void forgetBuildHost(String release) throws IOException {
        // Names, resolvers, mirrors, proxies and passwords of the host are not the guest's.
        // Empty: whoever boots the machine names it, and systemd keeps that name.
        write("etc/hostname", "");
        write("etc/resolv.conf", "");
        write("etc/hosts", HOSTS);
        delete("etc/apt/apt.conf.d/99mmdebstrap");
        Path entries = tree.resolve("etc/apt/sources.list.d");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(entries)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        delete("etc/apt/sources.list");
        write("etc/apt/sources.list.d/debian.sources", DebianSources.render(DebianSources.official(release), KEYRING));
        delete("etc/dpkg/dpkg.cfg.d/99mmdebstrap");
        // What the image leaves out stays left out when packages are added; deleting this file brings it back.
        write("etc/dpkg/dpkg.cfg.d/without-documentation", String.join("\n", leftOut) + "\n");
    }

    private void forgetIdentity() throws IOException {
        // Empty, not missing: systemd then makes an id at boot without taking it for a factory reset (machine-id(5)).
        write("etc/machine-id", "");
        delete("var/lib/dbus/machine-id");
        delete("var/lib/systemd/random-seed");
        try (DirectoryStream<Path> keys = Files.newDirectoryStream(tree.resolve("etc/ssh"), "ssh_host_*")) {
            for (Path key : keys) {
                Files.delete(key);
            }
        }
    }

    private void startSshdOnDemand() throws IOException {
        delete("etc/systemd/system/multi-user.target.wants/ssh.service");
        delete("etc/systemd/system/sshd.service");
        Path sockets = tree.resolve("etc/systemd/system/sockets.target.wants");
        Files.createDirectories(sockets);
        delete("etc/systemd/system/sockets.target.wants/ssh.socket");
        Files.createSymbolicLink(sockets.resolve("ssh.socket"), Path.of("/usr/lib/systemd/system/ssh.socket"));
        write("etc/systemd/system/ssh-host-keys.service", HOST_KEYS_UNIT);
        for (String unit : List.of("ssh.service", "ssh@.service")) {
            Files.createDirectories(tree.resolve("etc/systemd/system/" + unit + ".d"));
            write("etc/systemd/system/" + unit + ".d/host-keys.conf", HOST_KEYS_FIRST);
        }
    }

    private void dropLogs() throws IOException {
        for (String log : List.of("alternatives.log", "bootstrap.log", "dpkg.log", "apt/history.log", "apt/term.log")) {
            delete("var/log/" + log);
        }
        delete("var/cache/ldconfig/aux-cache");
        delete("var/cache/debconf/templates.dat-old");
        delete("var/cache/debconf/config.dat-old");
    }

    /** A new file in place of whatever has the name; a link there is replaced, not followed. */
    private void write(String name, String content) throws IOException {
        Path file = tree.resolve(name);
        Files.deleteIfExists(file);
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private void delete(String name) throws IOException {
        Files.deleteIfExists(tree.resolve(name));
    }
}
