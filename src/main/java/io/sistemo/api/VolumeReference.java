package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /machines/{id}/volume/attach} and {@code detach}.
 *
 * @param volume the volume's name or id
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeReference(@Nullable String volume) {}
