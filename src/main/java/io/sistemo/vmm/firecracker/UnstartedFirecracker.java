package io.sistemo.vmm.firecracker;

import io.sistemo.host.HostException;
import io.sistemo.host.LaunchFailed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A Firecracker that listens and whose guest has not been started: only now it can be configured. */
final class UnstartedFirecracker {
    private static final long LOOK_EVERY_NANOS = 1_000_000;
    private static final String PROGRAM = "the Firecracker that was started";

    private final ApiClient client;
    private final BooleanSupplier alive;
    private final FirecrackerVersion version;

    private UnstartedFirecracker(ApiClient client, BooleanSupplier alive, FirecrackerVersion version) {
        this.client = client;
        this.alive = alive;
        this.version = version;
    }

    /**
     * Waits until a process that was started listens, and asks for its version.
     *
     * @param alive whether that process still runs
     * @throws HostException when it ends before, does not listen in time, or is too old
     */
    static UnstartedFirecracker await(ApiClient client, BooleanSupplier alive, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        ApiRequest question = new VersionQuestion();
        while (true) {
            // Before the question: who ended after it could have answered.
            boolean lives = alive.getAsBoolean();
            Optional<String> answer = client.ask(question);
            if (answer.isPresent()) {
                String text = ApiClient.read(question, answer.get(), VersionAnswer.class)
                        .firecrackerVersion();
                FirecrackerVersion version = FirecrackerVersion.parse(PROGRAM, text);
                version.requireSupported(PROGRAM);
                return new UnstartedFirecracker(client, alive, version);
            }
            if (!lives) {
                throw new LaunchFailed("Firecracker ended before its API socket was there");
            }
            if (System.nanoTime() > deadline) {
                throw new HostException("Firecracker's API socket was not there within " + patience.toMillis() + " ms");
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new HostException("the start of Firecracker was interrupted");
            }
        }
    }

    FirecrackerVersion version() {
        return version;
    }

    /** Configures one thing; all of them before {@link #start}. */
    UnstartedFirecracker set(ApiRequest.BeforeStart request) {
        RunningFirecracker.require(client, alive, request);
        return this;
    }

    /** Starts the guest. This object is of no use after it. */
    RunningFirecracker start() {
        RunningFirecracker.require(client, alive, StartGuest.NOW);
        return new RunningFirecracker(client, alive);
    }
}
