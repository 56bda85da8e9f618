package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code POST /machines/{id}/expose} and {@code DELETE /machines/{id}/expose/{host_port}}.
 *
 * @param machineId the machine that the port leads to, or did
 * @param hostPort port on the host
 * @param machinePort port in the machine; null when the rule was removed
 * @param protocol {@code tcp} or {@code udp}
 * @param address the host's address; null for each of them, or when it was not named
 * @param status {@code exposed} or {@code removed}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record PortRuleChange(
        String machineId,
        int hostPort,
        @Nullable Integer machinePort,
        String protocol,
        @Nullable String address,
        String status) {}
