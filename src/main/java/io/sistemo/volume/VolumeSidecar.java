package io.sistemo.volume;

import io.avaje.jsonb.Json;
import io.sistemo.store.SidecarJson;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside a volume's file: enough to rebuild its row when the database is lost.
 *
 * @param version of this form, 1
 * @param id the volume's id
 * @param name its name
 * @param role root or data
 * @param sizeMib its size
 * @param imageDigest the image that a root was cloned from
 * @param filesystemUuid by which a guest finds it
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeSidecar(
        int version,
        String id,
        String name,
        String role,
        int sizeMib,
        @Nullable String imageDigest,
        String filesystemUuid) {
    private static final int VERSION = 1;
    private static final SidecarJson<VolumeSidecar> JSON =
            new SidecarJson<>(VolumeSidecar.class, VERSION, VolumeSidecar::version);

    /** The sidecar of a volume. */
    static VolumeSidecar of(Volume volume) {
        return new VolumeSidecar(
                VERSION,
                volume.id().toString(),
                volume.name(),
                volume.role().name().toLowerCase(Locale.ROOT),
                volume.sizeMib(),
                volume.imageDigest().orElse(null),
                volume.filesystemUuid());
    }

    /** As JSON, in UTF-8. */
    byte[] toBytes() {
        return JSON.write(this);
    }

    /**
     * Reads a sidecar.
     *
     * @throws IllegalArgumentException with a clause for the user, when it is damaged or a newer program's
     */
    public static VolumeSidecar parse(byte[] content) {
        return JSON.read(content);
    }

    /**
     * The volume that it describes, attached or not.
     *
     * @throws IllegalArgumentException when a value cannot be one
     */
    public Volume toVolume(Optional<Attachment> attachment) {
        UUID.fromString(filesystemUuid);
        if (!VolumeNames.isValid(name)) {
            throw new IllegalArgumentException("its name is none of a volume");
        }
        return Volume.asked(
                new VolumeId(UUID.fromString(id)),
                name,
                Volume.Role.valueOf(role.toUpperCase(Locale.ROOT)),
                sizeMib,
                attachment,
                Optional.ofNullable(imageDigest),
                filesystemUuid);
    }
}
