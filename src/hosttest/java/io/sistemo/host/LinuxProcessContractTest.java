package io.sistemo.host;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The kernel keeps the contract. */
@Tag("hosttest")
class LinuxProcessContractTest extends ProcessContract {
    @TempDir
    Path directory;

    @TempDir
    Path runDirectory;

    private final String installation = PrivateHost.installation();
    private Host host = new FakeHost();

    @BeforeEach
    @Override
    void prepare() {
        host = PrivateHost.open(runDirectory);
        super.prepare();
    }

    @Override
    Host host() {
        return host;
    }

    @Override
    Host otherProgram() {
        return PrivateHost.open(runDirectory);
    }

    @Override
    Path directory() {
        return directory;
    }

    @Override
    String installation() {
        return installation;
    }
}
