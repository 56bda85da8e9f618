package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * Where its counters go, a line of JSON each minute and whenever they are asked for.
 *
 * @param metricsPath a file in its root directory
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Metrics(String metricsPath) implements ApiRequest.BeforeStart {
    @Override
    public String path() {
        return "/metrics";
    }

    @Override
    public String purpose() {
        return "set up its metrics";
    }
}
