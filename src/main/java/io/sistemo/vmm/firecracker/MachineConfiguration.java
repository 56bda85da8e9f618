package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * The guest's processors and memory.
 *
 * @param vcpuCount from 1 to 32
 * @param memSizeMib its memory
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MachineConfiguration(int vcpuCount, int memSizeMib) implements ApiRequest.BeforeStart {
    /** The most virtual CPUs that it gives a guest. */
    public static final int MOST_VCPUS = 32;

    @Override
    public String path() {
        return "/machine-config";
    }

    @Override
    public String purpose() {
        return "set processors and memory";
    }
}
