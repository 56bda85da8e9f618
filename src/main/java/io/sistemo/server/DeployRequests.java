package io.sistemo.server;

import io.sistemo.api.DeployRequest;
import io.sistemo.api.ErrorCode;
import io.sistemo.machine.DeploySpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A deploy as clients ask for it, in the domain's words. Pure. */
final class DeployRequests {
    private DeployRequests() {}

    /**
     * The request as the domain takes it, which then judges the values.
     *
     * @throws FailedRequest when something is asked for that cannot be had: dropping it in silence would be worse
     */
    static DeploySpec spec(DeployRequest request) {
        refuse("machine_id", request.machineId() != null);
        return new DeploySpec(
                Optional.ofNullable(request.name()),
                boot(request),
                number("vcpus", request.vcpus() == null ? null : request.vcpus().longValue()),
                number("memory_mb", request.memoryMb()),
                number("storage_mb", request.storageMb()),
                request.attachedStorage() == null ? List.of() : request.attachedStorage(),
                ForwardRoutes.specs(request.portRules()),
                Optional.ofNullable(request.networkName()),
                Optional.ofNullable(request.restart()),
                metadata(request));
    }

    private static Map<String, String> metadata(DeployRequest request) {
        Map<String, String> metadata = request.metadata() == null ? Map.of() : request.metadata();
        if (metadata.values().stream().anyMatch(Objects::isNull)) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "Every value in metadata is a text; none may be null.");
        }
        return metadata;
    }

    private static DeploySpec.Boot boot(DeployRequest request) {
        String image = request.image();
        String volume = request.rootVolume();
        if (image != null && volume != null) {
            throw new FailedRequest(
                    ErrorCode.BAD_INPUT, "The request names both an image and a root_volume; leave one out.");
        }
        if (image != null) {
            return new DeploySpec.Boot.OfImage(image);
        }
        if (volume != null) {
            return new DeploySpec.Boot.OfVolume(volume);
        }
        throw new FailedRequest(ErrorCode.BAD_INPUT, "The request names no image.");
    }

    private static void refuse(String field, boolean asked) {
        if (asked) {
            throw new FailedRequest(
                    ErrorCode.BAD_INPUT, "This version cannot do what " + field + " asks for; leave it out.");
        }
    }

    private static OptionalInt number(String field, @Nullable Long value) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "The value " + value + " of " + field + " is out of range.");
        }
        return OptionalInt.of(value.intValue());
    }
}
