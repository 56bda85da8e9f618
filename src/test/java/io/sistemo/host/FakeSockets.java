package io.sistemo.host;

import io.sistemo.vmm.firecracker.StandInApi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sockets in memory: in the namespace of a process that runs somebody listens under every name, and says what is awaited. A
 * VMM understands a few words.
 */
final class FakeSockets implements Sockets {
    private final FakeState state;

    FakeSockets(FakeState state) {
        this.state = state;
    }

    @Override
    public String converse(String namespace, String name, String said, String awaited) {
        long vmm;
        synchronized (state) {
            state.namespace(namespace);
            vmm = state.processes
                    .vmmIn(namespace)
                    .orElseThrow(() -> new HostException("nobody listens at " + name + " in " + namespace));
            if (state.processes.isStopped(vmm)) {
                throw new HostException("no answer from the socket " + name + " in " + namespace);
            }
            if (!said.equals("condition")) {
                state.said.add(namespace + ": " + said);
            }
            switch (said) {
                case "pause" -> state.processes.setPaused(vmm, true);
                case "resume", "go on" -> {
                    state.processes.setPaused(vmm, false);
                    state.processes.setHeld(vmm, false);
                }
                default -> {
                    // It changes nothing.
                }
            }
        }
        if (said.equals("power button")) {
            state.processes.exit(vmm, 0);
        }
        return awaited + " \"return\"" + (state.processes.isPaused(vmm) ? " paused" : "")
                + (state.processes.isHeld(vmm) ? " held" : "");
    }

    @Override
    public Optional<byte[]> exchange(Path socket, byte[] said, Predicate<byte[]> isWhole, Duration patience) {
        Optional<FakeJail> jail = state.processes.listeningAt(socket);
        if (jail.isEmpty()) {
            return Optional.empty();
        }
        return switch (jail.get().api().answer(said)) {
            case StandInApi.Outcome.Answer answer -> {
                byte[] heard = answer.text().getBytes(StandardCharsets.UTF_8);
                if (!isWhole.test(heard)) {
                    throw new HostException("the answer ended after " + heard.length + " bytes");
                }
                yield Optional.of(heard);
            }
            case StandInApi.Outcome.Silence _ ->
                throw new HostException("no answer within " + patience.toMillis() + " ms");
            case StandInApi.Outcome.Death _ -> {
                state.processes.exitAt(socket);
                throw new HostException("the answer ended after 0 bytes");
            }
        };
    }
}
