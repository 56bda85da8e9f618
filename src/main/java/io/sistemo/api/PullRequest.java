package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Body of {@code POST /images/pull}.
 *
 * @param name name of a known image ({@code debian}), or the absolute path of an ext4 file on the daemon's host
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record PullRequest(String name) {}
