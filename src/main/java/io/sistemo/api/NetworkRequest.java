package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /networks}.
 *
 * @param name of the new network
 * @param subnet default: a free one from 10.201.0.0/24 on
 * @param bridgeName of its bridge on the host, at most 15 characters; default {@code br-NAME}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record NetworkRequest(
        @Nullable String name,
        @Nullable String subnet,
        @Nullable String bridgeName) {}
