package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of different hosts' configurations. */
class ArchiveAccessTest {
    @TempDir
    Path root;

    @Test
    void takesADebianHostsOwnMirror() throws IOException {
        host("ID=debian\nVERSION_CODENAME=bookworm\n");
        write("etc/apt/sources.list", "deb http://mirror.example.org/debian bookworm main\n");
        write("etc/apt/sources.list.d/other.list", "deb https://example.com/apt bookworm main\n");

        ArchiveAccess access = ArchiveAccess.of(root, List.of());

        assertThat(access.release()).isEqualTo("bookworm");
        assertThat(access.sources())
                .extracting(DebianSource::uris)
                .containsExactly(List.of("http://mirror.example.org/debian"));
        assertThat(access.renderSources()).contains("Signed-By: " + access.keyring());
    }

    @Test
    void asksDebianItselfOnAnotherHost() throws IOException {
        host("ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n");
        write("etc/apt/sources.list", "deb http://archive.example.com/ubuntu noble main\n");

        assertThat(ArchiveAccess.of(root, List.of()).release()).isEqualTo("trixie");
        assertThat(ArchiveAccess.of(root, List.of()).sources()).isEqualTo(DebianSources.official("trixie"));
    }

    @Test
    void asksDebianItselfWhenOnlyUpdatesAreConfigured() throws IOException {
        host("VERSION_CODENAME=\"trixie\"\nID=\"debian\"\n");
        write("etc/apt/sources.list", "deb http://deb.debian.org/debian trixie-updates main\n");

        assertThat(ArchiveAccess.of(root, List.of()).sources()).isEqualTo(DebianSources.official("trixie"));
    }

    @Test
    void fetchesNothingWithoutKeys() throws IOException {
        write("etc/os-release", "ID=debian\nVERSION_CODENAME=trixie\n");

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ArchiveAccess.of(root, List.of()))
                .withMessageContaining("apt install debian-archive-keyring")
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.HOST_UNUSABLE));
    }

    @Test
    void takesOverHowToFetchButNotWhatToTrust() {
        String dump = """
                Acquire::http::Proxy "http://proxy.example:3128";
                Acquire::https::Proxy "";
                Acquire::Retries "3";
                Acquire::Check-Valid-Until "false";
                Acquire::AllowInsecureRepositories "true";
                APT::Get::AllowUnauthenticated "true";
                DPkg::Post-Invoke:: "rm -rf /";
                """;

        List<String> options = ArchiveAccess.ofHost(call -> new io.sistemo.host.ProgramResult(0, dump, ""))
                .aptOptions();

        assertThat(options)
                .contains(
                        "Acquire::http::Proxy \"http://proxy.example:3128\";",
                        "Acquire::Retries \"3\";",
                        "Acquire::Check-Valid-Until \"false\";")
                .noneMatch(option -> option.contains("Insecure")
                        || option.contains("Unauthenticated")
                        || option.contains("Invoke")
                        || option.contains("\"\""));
    }

    private void host(String osRelease) throws IOException {
        write("etc/os-release", osRelease);
        write("usr/share/keyrings/debian-archive-keyring.gpg", "keys");
    }

    private void write(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
