package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code POST /machines/{id}/volume/attach} and {@code detach}.
 *
 * @param id the volume's id
 * @param name the volume's name
 * @param status its status now
 * @param machineId the machine that it is attached to now
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeAttachment(
        String id, String name, String status, @Nullable String machineId) {}
