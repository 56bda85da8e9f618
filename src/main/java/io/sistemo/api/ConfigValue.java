package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * One effective setting.
 *
 * @param name the key
 * @param value as text; null when there is none; secrets are shown as {@code ***}
 * @param source {@code default}, {@code file} or {@code environment}
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ConfigValue(String name, @Nullable String value, String source) {}
