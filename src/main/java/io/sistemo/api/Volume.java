package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A volume as clients see it. Fields without a value are null on the wire, never left out.
 *
 * @param id UUID
 * @param name unique name
 * @param sizeMb size in MiB
 * @param allocatedBytes what it really takes on the host's disk; null when its file cannot be looked at
 * @param path its file on the host
 * @param status {@code online} (whole and attached to nothing), {@code attached}, {@code maintenance} or {@code error}
 * @param role {@code root} or {@code data}
 * @param machineId the machine that it is attached to
 * @param machineName that machine's name
 * @param filesystemUuid by which a guest can mount it
 * @param created RFC 3339, UTC
 * @param lastStateChange RFC 3339, UTC
 * @param lastError the reason when the status is error
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Volume(
        String id,
        String name,
        long sizeMb,
        @Nullable Long allocatedBytes,
        String path,
        String status,
        String role,
        @Nullable String machineId,
        @Nullable String machineName,
        String filesystemUuid,
        String created,
        String lastStateChange,
        @Nullable String lastError) {}
