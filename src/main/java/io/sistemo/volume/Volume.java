package io.sistemo.volume;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A disk as a thing of its own.
 *
 * @param id its id
 * @param name unique among volumes
 * @param role what it is for
 * @param sizeMib its size
 * @param attachment where it is attached; a volume is at no two places
 * @param imageDigest the image that a root was cloned from
 * @param filesystemUuid by which a guest finds it
 * @param doomed whether a user's delete, or the rollback of its create, has released it
 * @param createdAt when it was asked for
 * @param changedAt when its row last changed
 */
public record Volume(
        VolumeId id,
        String name,
        Role role,
        int sizeMib,
        Optional<Attachment> attachment,
        Optional<String> imageDigest,
        String filesystemUuid,
        boolean doomed,
        Instant createdAt,
        Instant changedAt) {

    /** The type of operations' targets. */
    public static final String TARGET = "volume";

    /** What a volume is for. */
    public enum Role {
        /** It holds a system that boots. */
        ROOT,
        /** It holds a user's files. */
        DATA
    }

    /** A volume that is about to be made. */
    public static Volume asked(
            VolumeId id,
            String name,
            Role role,
            int sizeMib,
            Optional<Attachment> attachment,
            Optional<String> imageDigest,
            String filesystemUuid) {
        Instant now = Instant.now();
        return new Volume(id, name, role, sizeMib, attachment, imageDigest, filesystemUuid, false, now, now);
    }

    /** The machine that it is attached to. */
    public Optional<UUID> machineId() {
        return attachment.map(Attachment::machineId);
    }

    /** Whether a machine boots it. */
    public boolean boots() {
        return attachment.isPresent() && attachment.get().slot() == Attachment.ROOT_SLOT;
    }

    /** Its size in bytes. */
    public long sizeBytes() {
        return (long) sizeMib << 20;
    }
}
