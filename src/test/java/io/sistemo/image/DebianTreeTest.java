package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of the building host, and nothing that machines must not share, stays in an image. */
class DebianTreeTest {
    private static final List<String> LEFT_OUT = List.of("path-exclude=/usr/share/man/*");

    @TempDir
    Path directory;

    private Path tree;

    @BeforeEach
    void installTree() throws IOException {
        tree = directory.resolve("tree");
        write("etc/hostname", "buildhost\n");
        write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        write("etc/ssh/ssh_host_rsa_key", "secret");
        write("etc/ssh/ssh_host_rsa_key.pub", "public");
        write("etc/ssh/sshd_config", "stays");
        write("etc/apt/apt.conf.d/99mmdebstrap", "Acquire::http::Proxy \"http://user:password@proxy\";");
        write("etc/apt/sources.list.d/0000.sources", "URIs: http://user:password@mirror/debian");
        write("etc/dpkg/dpkg.cfg.d/99mmdebstrap", "path-exclude=/usr/share/man/*\nforce-unsafe-io\n");
        write("etc/systemd/system/multi-user.target.wants/ssh.service", "link");
        write("var/log/dpkg.log", "log");
        Files.createSymbolicLink(tree.resolve("etc/resolv.conf"), directory.resolve("outside"));
        Files.writeString(directory.resolve("outside"), "nameserver 192.0.2.1");
    }

    @Test
    void forgetsTheHostAndItself() throws IOException {
        new DebianTree(tree, LEFT_OUT).neutralize("trixie");

        assertThat(Files.readString(tree.resolve("etc/hostname"))).isEmpty();
        assertThat(Files.readString(tree.resolve("etc/machine-id"))).isEmpty();
        assertThat(tree.resolve("etc/ssh/ssh_host_rsa_key")).doesNotExist();
        assertThat(tree.resolve("etc/ssh/ssh_host_rsa_key.pub")).doesNotExist();
        assertThat(tree.resolve("etc/ssh/sshd_config")).exists();
        assertThat(tree.resolve("etc/apt/apt.conf.d/99mmdebstrap")).doesNotExist();
        assertThat(tree.resolve("var/log/dpkg.log")).doesNotExist();
        assertThat(everything()).doesNotContain("password", "buildhost", "0123456789abcdef");
    }

    @Test
    void keepsToOfficialSources() throws IOException {
        new DebianTree(tree, LEFT_OUT).neutralize("trixie");

        assertThat(Files.readString(tree.resolve("etc/apt/sources.list.d/debian.sources")))
                .contains("http://deb.debian.org/debian\n", "trixie-security", "debian-archive-keyring.gpg");
        assertThat(tree.resolve("etc/apt/sources.list.d/0000.sources")).doesNotExist();
    }

    @Test
    void startsTheImagesOwnSshdOnlyWhenSomebodyConnects() throws IOException {
        new DebianTree(tree, LEFT_OUT).neutralize("trixie");

        Path system = tree.resolve("etc/systemd/system");
        assertThat(system.resolve("multi-user.target.wants/ssh.service")).doesNotExist();
        assertThat(Files.readSymbolicLink(system.resolve("sockets.target.wants/ssh.socket")))
                .hasToString("/usr/lib/systemd/system/ssh.socket");
        assertThat(Files.readString(system.resolve("ssh.service.d/host-keys.conf")))
                .contains("Requires=ssh-host-keys.service", "After=ssh-host-keys.service");
        assertThat(system.resolve("ssh-host-keys.service")).exists();
    }

    @Test
    void keepsOnlyThoseDpkgOptionsThatAreMeantToStay() throws IOException {
        new DebianTree(tree, LEFT_OUT).neutralize("trixie");

        assertThat(tree.resolve("etc/dpkg/dpkg.cfg.d")).isDirectoryNotContaining("glob:**99mmdebstrap");
        assertThat(tree.resolve("etc/dpkg/dpkg.cfg.d/without-documentation"))
                .hasContent("path-exclude=/usr/share/man/*");
    }

    @Test
    void followsNoLinkOutOfTheTree() throws IOException {
        new DebianTree(tree, LEFT_OUT).neutralize("trixie");

        assertThat(directory.resolve("outside")).hasContent("nameserver 192.0.2.1");
        assertThat(tree.resolve("etc/resolv.conf")).isEmptyFile().isRegularFile();
    }

    @Test
    void doneTwiceIsTheSame() throws IOException {
        new DebianTree(tree, LEFT_OUT).neutralize("trixie");
        String once = everything();
        new DebianTree(tree, LEFT_OUT).neutralize("trixie");

        assertThat(everything()).isEqualTo(once);
    }

    private String everything() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted().toList()) {
                text.append(tree.relativize(file)).append('\n');
                if (Files.isRegularFile(file)) {
                    text.append(Files.readString(file));
                }
            }
        }
        return text.toString();
    }

    private void write(String name, String content) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
