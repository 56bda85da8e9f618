package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * A network as clients see it.
 *
 * @param name unique name; {@code default} is always there
 * @param subnet its addresses, as {@code 10.201.0.0/24}; the first is the gateway's
 * @param bridgeName its bridge on the host
 * @param machineCount how many machines are on it, running or not
 * @param createdAt RFC 3339, UTC
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Network(String name, String subnet, String bridgeName, int machineCount, String createdAt) {}
