package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * A volume and the file that it was made of, or that was made of it.
 *
 * @param volume the volume
 * @param sha256 of the file, in hexadecimal
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeFile(Volume volume, String sha256) {}
