package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /machines}. What is null takes the daemon's default.
 *
 * @param name default: the image's name
 * @param image name of an image, or an absolute path on the daemon's host; null with {@code rootVolume}
 * @param vcpus default 2
 * @param memoryMb MiB, default 512
 * @param storageMb size of the root volume in MiB, default 2048
 * @param rootVolume name or id of an existing root volume to boot instead of an image
 * @param attachedStorage names or ids of data volumes
 * @param portRules ports of the host that lead to it; default: none
 * @param networkName default {@code default}
 * @param metadata the user's own labels
 * @param machineId id wished by the client; default: a new one
 * @param restart {@code no}, {@code on-failure} or {@code always}; default: as configured
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DeployRequest(
        @Nullable String name,
        @Nullable String image,
        @Nullable Integer vcpus,
        @Nullable Long memoryMb,
        @Nullable Long storageMb,
        @Nullable String rootVolume,
        @Nullable List<String> attachedStorage,
        @Nullable List<PortRuleRequest> portRules,
        @Nullable String networkName,
        @Nullable Map<String, String> metadata,
        @Nullable String machineId,
        @Nullable String restart) {

    /** The same request for another image. */
    public DeployRequest withImage(String otherImage) {
        return new DeployRequest(
                name,
                otherImage,
                vcpus,
                memoryMb,
                storageMb,
                rootVolume,
                attachedStorage,
                portRules,
                networkName,
                metadata,
                machineId,
                restart);
    }
}
