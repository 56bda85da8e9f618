package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * What Firecracker's own log tells. Without a file it goes to standard output, which is a file of ours that is only appended
 * to, and whose head we take away.
 *
 * @param level {@code Error}, {@code Warning}, {@code Info}
 * @param showLevel whether each line names its level
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Logger(String level, boolean showLevel) implements ApiRequest.BeforeStart {
    @Override
    public String path() {
        return "/logger";
    }

    @Override
    public String purpose() {
        return "set up its log";
    }
}
