package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Limits of {@link SystemInfo}.
 *
 * @param maxVcpus per machine
 * @param maxMemoryMb MiB per machine
 * @param maxStorageMb MiB per volume
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record SystemLimits(int maxVcpus, long maxMemoryMb, long maxStorageMb) {}
