package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.KeyPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshKeyFormatsTest {
    @TempDir
    Path directory;

    @Test
    void dropbearReadsTheHostKey() throws Exception {
        HostKey key = HostKey.generate();
        Path file = secret("host_key", SshKeyFormats.dropbear(key));

        String printed = Tool.run(new byte[0], "dropbearkey", "-y", "-f", file.toString())
                .output();

        assertThat(printed).contains(key.publicKey().openSshLine());
    }

    @Test
    void openSshReadsThePrivateKey() throws Exception {
        for (String comment : new String[] {"", "sistemo", "four", "eight by"}) {
            HostKey key = HostKey.generate();
            Path file = secret("key" + comment.length(), utf8(SshKeyFormats.openSsh(key, comment)));

            Tool.Result printed = Tool.run(new byte[0], "ssh-keygen", "-y", "-f", file.toString());

            assertThat(printed.output().strip()).isEqualTo((key.publicKey().openSshLine() + " " + comment).strip());
        }
    }

    @Test
    void jschReadsThePrivateKey() throws Exception {
        HostKey key = HostKey.generate();

        KeyPair pair = KeyPair.load(new JSch(), utf8(SshKeyFormats.openSsh(key, "sistemo")), null);

        assertThat(pair.isEncrypted()).isFalse();
        assertThat(HexFormat.of().formatHex(pair.getPublicKeyBlob()))
                .isEqualTo(HexFormat.of().formatHex(key.publicKey().wireFormat()));
    }

    @Test
    void findsThePublicHalfOfItsOwnAndOfOpenSshsKeys() throws Exception {
        HostKey key = HostKey.generate();
        Path foreign = directory.resolve("foreign");
        Tool.run(new byte[0], "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", foreign.toString());

        assertThat(SshKeyFormats.publicOf(SshKeyFormats.openSsh(key, "c"))).isEqualTo(key.publicKey());
        assertThat(SshKeyFormats.publicOf(Files.readString(foreign)).openSshLine() + " x")
                .isEqualTo(Files.readString(directory.resolve("foreign.pub")).strip());
    }

    @Test
    void refusesOtherKeys() throws Exception {
        Path encrypted = directory.resolve("encrypted");
        Tool.run(new byte[0], "ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", encrypted.toString());
        String whole = SshKeyFormats.openSsh(HostKey.generate(), "c");
        List<String> lines = whole.lines().toList();

        assertThatThrownBy(() -> SshKeyFormats.publicOf(Files.readString(encrypted)))
                .hasMessageContaining("without a passphrase");
        assertThatThrownBy(() -> SshKeyFormats.publicOf("hello")).hasMessageContaining("not a private key");
        assertThatThrownBy(() -> SshKeyFormats.publicOf(lines.get(0) + "\n" + lines.get(1) + "\n" + lines.getLast()))
                .hasMessageContaining("cut short");
    }

    private Path secret(String name, byte[] content) throws Exception {
        Path file = Files.write(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
