package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * Starts the guest, once; answered when its processors run.
 *
 * @param actionType {@code InstanceStart}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record StartGuest(String actionType) implements ApiRequest {
    /** The one of its kind. */
    public static final StartGuest NOW = new StartGuest("InstanceStart");

    @Override
    public Method method() {
        return Method.PUT;
    }

    @Override
    public String path() {
        return "/actions";
    }

    @Override
    public String purpose() {
        return "start the guest";
    }
}
