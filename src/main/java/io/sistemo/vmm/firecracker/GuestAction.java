package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * Something to do with a guest that was started.
 *
 * @param actionType {@code FlushMetrics} or {@code SendCtrlAltDel}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record GuestAction(String actionType) implements ApiRequest.WhileRunning {
    /** Writes the counters now. */
    public static final GuestAction FLUSH_METRICS = new GuestAction("FlushMetrics");
    /** Presses Ctrl, Alt and Del; on x86-64 only, and heard by guests with a driver for that keyboard only. */
    public static final GuestAction CTRL_ALT_DEL = new GuestAction("SendCtrlAltDel");

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
        return equals(FLUSH_METRICS) ? "write its metrics" : "press Ctrl+Alt+Del";
    }
}
