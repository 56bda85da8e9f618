package io.sistemo.host;

import java.nio.file.Path;

/** The fake keeps the contract. */
class FakeProcessContractTest extends ProcessContract {
    private final FakeHost host = new FakeHost();

    @Override
    Host host() {
        return host;
    }

    @Override
    Host otherProgram() {
        return host.seenBy(CallListener.none());
    }

    @Override
    Path directory() {
        Path directory = Path.of("/data");
        host.files().ensureDirectory(directory, 0700, 0);
        return directory;
    }

    @Override
    String installation() {
        return "0123456789ab";
    }
}
