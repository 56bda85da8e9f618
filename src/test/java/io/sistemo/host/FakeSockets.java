package io.sistemo.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Sockets in memory: in the namespace of a process that runs somebody listens under every name, and says what is awaited. */
final class FakeSockets implements Sockets {
    private final FakeState state;

    FakeSockets(FakeState state) {
        this.state = state;
    }

    @Override
    public String converse(String namespace, String name, String said, String awaited) {
        synchronized (state) {
            state.namespace(namespace);
            if (!state.processes.inNamespace(namespace)) {
                throw new HostException("nobody listens at " + name + " in " + namespace);
            }
            state.said.add(namespace + ": " + said);
            return awaited + " \"return\"";
        }
    }

    @Override
    public Optional<byte[]> exchange(Path socket, byte[] said, Predicate<byte[]> isWhole, Duration patience) {
        return Optional.empty();
    }
}
