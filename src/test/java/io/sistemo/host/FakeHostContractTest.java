package io.sistemo.host;

import java.nio.file.Path;

/** The fake keeps the contract. */
class FakeHostContractTest extends HostContract {
    private final FakeHost host = new FakeHost();

    @Override
    Host host() {
        return host;
    }

    @Override
    Path directory() {
        Path directory = Path.of("/data");
        host.files().ensureDirectory(directory, 0700, 0);
        return directory;
    }

    @Override
    void putSymbolicLink(Path link) {
        host.putSymbolicLink(link);
    }

    @Override
    String installation() {
        return "0123456789ab";
    }
}
