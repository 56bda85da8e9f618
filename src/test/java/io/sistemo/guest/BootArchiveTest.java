package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootArchiveTest {
    private static final HostKey KEY = HostKey.generate();
    private static final String HOSTILE = "'; touch /evil; \"$(touch /evil)`touch /evil`\n";

    @TempDir
    Path directory;

    @Test
    void hasOneFileForEachSetting() throws Exception {
        Path root = extract(settings("web_1", "web-1", Optional.empty()));

        assertThat(root.resolve("settings/machine-name")).hasContent("web_1\n");
        assertThat(root.resolve("settings/hostname")).hasContent("web-1\n");
        assertThat(root.resolve("settings/address")).hasContent("10.200.0.7/16\n");
        assertThat(root.resolve("settings/gateway")).hasContent("10.200.0.1\n");
        assertThat(root.resolve("settings/root-uuid")).hasContent("41ffbb1259d241feb3868f3e42696aa6\n");
        assertThat(root.resolve("etc/hostname")).hasContent("web-1\n");
        assertThat(root.resolve("etc/resolv.conf"))
                .hasContent("search default.internal\nnameserver 9.9.9.9\nnameserver 2620:fe:0:0:0:0:0:fe\n");
        assertThat(root.resolve("root/.ssh/authorized_keys")).hasContent("ssh-ed25519 AAAA sistemo\n");
        assertThat(root.resolve("etc/dropbear/host_key")).hasBinaryContent(SshKeyFormats.dropbear(KEY));
        assertThat(root.resolve("run/systemd/network/00-sistemo.network"))
                .content()
                .contains(
                        "Address=10.200.0.7/16\nGateway=10.200.0.1\nDNS=9.9.9.9 2620:fe:0:0:0:0:0:fe\n",
                        "\nDomains=default.internal\n");
        assertThat(root.resolve("settings/entrypoint")).doesNotExist();
    }

    @Test
    void keepsAnEntrypointsValuesByteForByte() throws Exception {
        Entrypoint entrypoint = new Entrypoint(
                List.of("/app", HOSTILE, ""), Map.of("B", HOSTILE, "A.b", ""), Optional.of("/with space"));

        Path settings = extract(settings("web", "web", Optional.of(entrypoint))).resolve("settings");

        assertThat(Files.readString(settings.resolve("entrypoint/0000"))).isEqualTo("/app");
        assertThat(Files.readString(settings.resolve("entrypoint/0001"))).isEqualTo(HOSTILE);
        assertThat(Files.readString(settings.resolve("entrypoint/0002"))).isEmpty();
        assertThat(Files.readString(settings.resolve("environment/0000"))).isEqualTo("A.b=");
        assertThat(Files.readString(settings.resolve("environment/0001"))).isEqualTo("B=" + HOSTILE);
        assertThat(Files.readString(settings.resolve("directory"))).isEqualTo("/with space");
    }

    @Test
    void isTheSameForTheSameSettings() {
        BootSettings settings = settings("web", "web", Optional.empty());

        assertThat(BootArchive.render(settings)).isEqualTo(BootArchive.render(settings));
    }

    @Test
    void refusesValuesThatAreNotWhatTheyAreSaidToBe() {
        for (String name : new String[] {"", "-a", "a-", "a_b", "a\nb", "a b", "$(x)", "a".repeat(64)}) {
            assertThatThrownBy(() -> settings("web", name, Optional.empty()))
                    .as(name)
                    .hasMessageStartingWith("not a host name");
        }
        assertThatThrownBy(() -> settings("we\nb", "web", Optional.empty())).hasMessageContaining("machine's name");
        assertThatThrownBy(() -> new Entrypoint(List.of("a\0b"), Map.of(), Optional.empty()))
                .hasMessageContaining("NUL");
        for (String name : new String[] {"", "-i", "A=B"}) {
            assertThatThrownBy(() -> new Entrypoint(List.of(), Map.of(name, "x"), Optional.empty()))
                    .hasMessageContaining("environment variable");
        }
    }

    @Test
    void makesAHostNameOfEveryMachineName() {
        Map<String, String> expected = Map.of(
                "web",
                "web",
                "my_web",
                "my-web",
                "a.b",
                "a.b",
                "A__",
                "A",
                "x".repeat(128),
                "x".repeat(63),
                "_",
                "machine");

        expected.forEach((name, hostname) -> {
            assertThat(BootSettings.hostnameFor(name)).isEqualTo(hostname);
            assertThat(settings(name, hostname, Optional.empty()).hostname()).isEqualTo(hostname);
        });
    }

    @Test
    void isJoinedInFrontOfTheBase() throws Exception {
        Path base = Files.writeString(directory.resolve("base"), "the base archive");
        byte[] own = BootArchive.render(settings("web", "web", Optional.empty()));

        Path joined = directory.resolve("joined");
        Initramfs.join(own, base, joined);

        byte[] bytes = Files.readAllBytes(joined);
        assertThat(bytes).startsWith(own).endsWith(Files.readAllBytes(base)).hasSize(own.length + 16);
        assertThat(own.length % 4).isZero();
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("base", "joined");
    }

    private static BootSettings settings(String machineName, String hostname, Optional<Entrypoint> entrypoint) {
        return new BootSettings(
                machineName,
                hostname,
                Inet4Address.ofLiteral("10.200.0.7"),
                16,
                Inet4Address.ofLiteral("10.200.0.1"),
                List.of(InetAddress.ofLiteral("9.9.9.9"), InetAddress.ofLiteral("2620:fe::fe")),
                Optional.of("default.internal"),
                UUID.fromString("41ffbb12-59d2-41fe-b386-8f3e42696aa6"),
                List.of("ssh-ed25519 AAAA sistemo"),
                KEY,
                entrypoint);
    }

    private Path extract(BootSettings settings) throws Exception {
        Tool.Result result =
                Tool.run(BootArchive.render(settings), "cpio", "-id", "--quiet", "-D", directory.toString());
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return directory.resolve(GuestFiles.OWN_ROOT);
    }
}
