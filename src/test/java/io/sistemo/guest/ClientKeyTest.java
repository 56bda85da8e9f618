package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientKeyTest {
    @TempDir
    Path directory;

    @Test
    void isMadeOnceAndReadableByItsOwnerAlone() throws Exception {
        Path ssh = directory.resolve("ssh");

        ClientKey made = ClientKey.ensure(ssh);
        ClientKey again = ClientKey.ensure(ssh);

        assertThat(again).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.privateKeyFile())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(ssh.resolve("sistemo_key.pub"))).isEqualTo(made.publicLine() + "\n");
        assertThat(Tool.run(
                                new byte[0],
                                "ssh-keygen",
                                "-y",
                                "-f",
                                made.privateKeyFile().toString())
                        .output())
                .isEqualTo(made.publicLine() + "\n");
        assertThat(names(ssh)).containsExactly("sistemo_key", "sistemo_key.pub");
    }

    @Test
    void rewritesAPublicFileThatIsMissingOrAnothers() throws Exception {
        ClientKey made = ClientKey.ensure(directory);
        Path publicFile = directory.resolve("sistemo_key.pub");
        Files.writeString(publicFile, "ssh-ed25519 AAAA other\n");

        ClientKey.ensure(directory);
        assertThat(Files.readString(publicFile)).isEqualTo(made.publicLine() + "\n");
        Files.delete(publicFile);
        ClientKey.ensure(directory);

        assertThat(Files.readString(publicFile)).isEqualTo(made.publicLine() + "\n");
    }

    @Test
    void leavesAPrivateFileThatIsNoKeyAndSaysSo() throws Exception {
        Path file = Files.writeString(directory.resolve("sistemo_key"), "mine");

        assertThatThrownBy(() -> ClientKey.ensure(directory))
                .hasMessageContaining("sistemo_key is not a private key")
                .hasMessageContaining("move it away");
        assertThat(file).hasContent("mine");
    }

    @Test
    void isOneKeyForAllWhoMakeItAtOnce() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ClientKey>> makers = IntStream.range(0, 16)
                    .<Callable<ClientKey>>mapToObj(i -> () -> ClientKey.ensure(directory))
                    .toList();

            List<Future<ClientKey>> made = executor.invokeAll(makers);

            for (Future<ClientKey> key : made) {
                assertThat(key.get()).isEqualTo(made.getFirst().get());
            }
        }
        assertThat(names(directory)).containsExactly("sistemo_key", "sistemo_key.pub");
    }

    private static List<String> names(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
