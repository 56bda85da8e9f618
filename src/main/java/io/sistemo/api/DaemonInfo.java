package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The daemon of {@link SystemInfo}.
 *
 * @param version of the program
 * @param pid of its process
 * @param uptimeSec seconds since it was ready
 * @param dataDir absolute path
 * @param installationId 12 lower-case hexadecimal characters
 * @param port TCP port
 * @param vmm {@code firecracker} or {@code qemu}
 * @param acceleration {@code kvm} or {@code tcg}; null until it was probed
 * @param vmmReason why it is this VMM, a sentence
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DaemonInfo(
        String version,
        long pid,
        long uptimeSec,
        String dataDir,
        String installationId,
        int port,
        @Nullable String vmm,
        @Nullable String acceleration,
        @Nullable String vmmReason) {}
