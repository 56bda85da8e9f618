package io.sistemo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:7777, http://127.0.0.1:7777",
        "http://localhost:80/, http://localhost:80",
        "HTTP://host, http://host:80",
        "https://host.example, https://host.example:443",
        "http://[::1]:7777, http://[::1]:7777",
    })
    void readsHttpAndHttps(String url, String read) {
        assertThat(DaemonAddress.parse(url)).hasToString(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:7777",
                "ftp://host",
                "file:///etc/passwd",
                "unix:///run/x.sock",
                "http://",
                "http://host:0",
                "http://host:70000",
                "http://user:password@host",
                "http://host/path",
                "http://host?query",
                "http://host#fragment",
                "http://ho st"
            })
    void refusesEverythingElse(String url) {
        assertThatThrownBy(() -> DaemonAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + url + "\"");
    }

    @Test
    void theDataDirectoryIsThatOfTheUserWhoCalledSudo() {
        List<String> passwd =
                List.of("root:x:0:0:root:/root:/bin/sh", "anna:x:1000:1000::/home/anna:/bin/sh", "broken");
        Path root = Path.of("/root");
        assertThat(DaemonLocation.defaultDataDirectory(Map.of("SUDO_USER", "anna"), passwd, root))
                .isEqualTo(Path.of("/home/anna/.sistemo"));
        assertThat(DaemonLocation.defaultDataDirectory(Map.of(), passwd, root)).isEqualTo(Path.of("/root/.sistemo"));
        assertThat(DaemonLocation.defaultDataDirectory(Map.of("SUDO_USER", "gone"), passwd, root))
                .isEqualTo(Path.of("/root/.sistemo"));
    }

    @Test
    void aRunningDaemonSaysItsUrlInAFile(@TempDir Path directory) throws Exception {
        assertThat(DaemonLocation.find(directory)).isEmpty();
        Files.writeString(directory.resolve(DaemonLocation.URL_FILE), "http://127.0.0.1:7801\n");
        assertThat(DaemonLocation.find(directory)).contains(new DaemonAddress(false, "127.0.0.1", 7801));
        Files.writeString(directory.resolve(DaemonLocation.URL_FILE), "nonsense");
        assertThatThrownBy(() -> DaemonLocation.find(directory)).hasMessageContaining(DaemonLocation.URL_FILE);
    }
}
