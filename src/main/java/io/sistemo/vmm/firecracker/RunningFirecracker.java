package io.sistemo.vmm.firecracker;

import io.sistemo.host.HostException;
import io.sistemo.host.LaunchFailed;
import java.util.function.BooleanSupplier;

/** A Firecracker whose guest was started, and may be paused. */
final class RunningFirecracker {
    private final ApiClient client;
    private final BooleanSupplier alive;

    /**
     * One that is known to have been started.
     *
     * @param alive whether its process still runs
     */
    RunningFirecracker(ApiClient client, BooleanSupplier alive) {
        this.client = client;
        this.alive = alive;
    }

    /** Has something done. */
    void ask(ApiRequest.WhileRunning request) {
        require(client, alive, request);
    }

    /** {@code Running}, {@code Paused}, or, when another daemon died while it was configured, {@code Not started}. */
    String state() {
        ApiRequest question = new StateQuestion();
        return ApiClient.read(question, require(client, alive, question), StateAnswer.class)
                .state();
    }

    /** Asks; when that fails because the process has ended, says so. */
    static String require(ApiClient client, BooleanSupplier alive, ApiRequest request) {
        try {
            return client.ask(request)
                    .orElseThrow(() -> new HostException("Firecracker was asked to " + request.purpose()
                            + ", and nobody listens at its API socket any more"));
        } catch (HostException e) {
            if (!alive.getAsBoolean()) {
                throw new LaunchFailed("Firecracker ended when it was asked to " + request.purpose(), e);
            }
            throw e;
        }
    }
}
