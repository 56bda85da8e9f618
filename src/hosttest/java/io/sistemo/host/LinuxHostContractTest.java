package io.sistemo.host;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The kernel keeps the contract. */
@Tag("hosttest")
class LinuxHostContractTest extends HostContract {
    @TempDir
    Path directory;

    @TempDir
    Path runDirectory;

    private final String installation = PrivateHost.installation();
    private Host host = new FakeHost();

    @BeforeEach
    void open() {
        host = PrivateHost.open(runDirectory);
    }

    @Override
    Host host() {
        return host;
    }

    @Override
    Path directory() {
        return directory;
    }

    @Override
    void putSymbolicLink(Path link) {
        try {
            java.nio.file.Files.createSymbolicLink(link, Path.of("/etc/hostname"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    String installation() {
        return installation;
    }
}
