package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /machines/{id}/expose}, and what {@code POST /machines} takes several of.
 *
 * @param hostPort port on the host; default: the machine's
 * @param machinePort port in the machine; needed
 * @param protocol {@code tcp} or {@code udp}; default tcp
 * @param address the host's IPv4 address at which it is to be; default: each of them
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record PortRuleRequest(
        @Nullable Integer hostPort,
        @Nullable Integer machinePort,
        @Nullable String protocol,
        @Nullable String address) {}
