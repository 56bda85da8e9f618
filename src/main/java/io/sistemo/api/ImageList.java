package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /images}.
 *
 * @param images in the order of their names
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ImageList(List<Image> images) {}
