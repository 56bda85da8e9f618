package io.sistemo.volume;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import io.sistemo.jsonb.GeneratedJsonComponent;
import java.util.Locale;
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
    /** Made once: each builder adds to lists of the library's that are not safe for concurrent use. */
    private static final Jsonb JSONB =
            Jsonb.builder().add(new GeneratedJsonComponent()).build();

    /** The sidecar of a volume. */
    static VolumeSidecar of(Volume volume) {
        return new VolumeSidecar(
                1,
                volume.id().toString(),
                volume.name(),
                volume.role().name().toLowerCase(Locale.ROOT),
                volume.sizeMib(),
                volume.imageDigest().orElse(null),
                volume.filesystemUuid());
    }

    /** As JSON, in UTF-8. */
    byte[] toBytes() {
        return JSONB.type(VolumeSidecar.class).toJsonBytes(this);
    }
}
