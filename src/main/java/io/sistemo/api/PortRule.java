package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * A port of the host that leads to a port of a machine.
 *
 * @param hostPort port on the host
 * @param machinePort port in the machine
 * @param protocol {@code tcp} or {@code udp}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record PortRule(int hostPort, int machinePort, String protocol) {}
