package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /volumes}, and of a resize, which takes no name.
 *
 * @param name default: one is made up
 * @param sizeMb size in MiB
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeRequest(@Nullable String name, @Nullable Long sizeMb) {}
