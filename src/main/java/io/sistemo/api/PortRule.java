package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A port of the host that leads to a port of a machine, while that should run.
 *
 * @param hostPort port on the host
 * @param machinePort port in the machine
 * @param protocol {@code tcp} or {@code udp}
 * @param address the host's address at which it is; null for each of them
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record PortRule(
        int hostPort,
        int machinePort,
        String protocol,
        @Nullable String address) {}
