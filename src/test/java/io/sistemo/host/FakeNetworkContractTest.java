package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The fake keeps the contract. */
class FakeNetworkContractTest extends NetworkContract {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final FakeHost host = new FakeHost();

    @Override
    Host host() {
        return host;
    }

    @Override
    void await(BooleanSupplier condition) {
        // The fake tells on a thread of its own, as the kernel does.
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition did not come true").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
