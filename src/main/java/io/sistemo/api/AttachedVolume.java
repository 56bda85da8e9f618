package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * A volume as the machine that holds it shows it.
 *
 * @param id the volume's id
 * @param name the volume's name
 * @param role {@code root} or {@code data}
 * @param sizeMb size in MiB
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record AttachedVolume(String id, String name, String role, long sizeMb) {}
