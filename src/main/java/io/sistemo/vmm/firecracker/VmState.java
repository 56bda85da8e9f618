package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * Holds a guest's processors, or lets them go on. Asked again it is done already.
 *
 * @param state {@code Paused} or {@code Resumed}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VmState(String state) implements ApiRequest.WhileRunning {
    /** Holds them. */
    public static final VmState PAUSED = new VmState("Paused");
    /** Lets them go on. */
    public static final VmState RESUMED = new VmState("Resumed");

    @Override
    public Method method() {
        return Method.PATCH;
    }

    @Override
    public String path() {
        return "/vm";
    }

    @Override
    public String purpose() {
        return equals(PAUSED) ? "pause the guest" : "let the guest go on";
    }
}
