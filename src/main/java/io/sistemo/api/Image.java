package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * An image in the store.
 *
 * @param name the tag
 * @param digest {@code sha256:...} of its content
 * @param sizeMb smallest root volume that holds it, in MiB
 * @param allocatedBytes room that it takes on the host's disk
 * @param source where it came from: a name or a path
 * @param createdAt RFC 3339, UTC
 * @param machineCount machines made from it
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Image(
        String name,
        String digest,
        long sizeMb,
        long allocatedBytes,
        @Nullable String source,
        String createdAt,
        int machineCount) {}
