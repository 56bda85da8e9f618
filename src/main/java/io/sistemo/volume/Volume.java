package io.sistemo.volume;

import java.util.Optional;
import java.util.UUID;

/**
 * A disk as a thing of its own.
 *
 * @param id its id
 * @param name unique among volumes
 * @param role what it is for
 * @param sizeMib its size
 * @param machineId the machine that it is attached to
 * @param imageDigest the image that a root was cloned from
 * @param filesystemUuid by which a guest finds it
 * @param doomed whether a user's delete, or the rollback of its create, has released it
 */
public record Volume(
        VolumeId id,
        String name,
        Role role,
        int sizeMib,
        Optional<UUID> machineId,
        Optional<String> imageDigest,
        String filesystemUuid,
        boolean doomed) {

    /** What a volume is for. */
    public enum Role {
        /** It holds a system that boots. */
        ROOT,
        /** It holds a user's files. */
        DATA
    }

    /** Its size in bytes. */
    public long sizeBytes() {
        return (long) sizeMib << 20;
    }
}
