package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /volumes/{id}/clone}.
 *
 * @param name the copy's name
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeCloneRequest(@Nullable String name) {}
