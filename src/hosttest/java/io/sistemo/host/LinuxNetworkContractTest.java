package io.sistemo.host;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The kernel keeps the contract. */
@Tag("hosttest")
class LinuxNetworkContractTest extends NetworkContract {
    @TempDir
    Path runDirectory;

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
    void await(java.util.function.BooleanSupplier condition) {
        PrivateHost.await(condition);
    }
}
