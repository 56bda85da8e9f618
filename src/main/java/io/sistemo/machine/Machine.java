package io.sistemo.machine;

import io.sistemo.guest.HostKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A machine as the database has it: what it should be, and what it was asked to be made of.
 *
 * @param id its id
 * @param name unique among machines
 * @param shortId 8 hexadecimal digits of the id, unique, of which names on the host are made
 * @param intent what it should be
 * @param created whether it has ever answered; until then a crash or a failure removes it
 * @param booted whether the VMM that now runs has answered
 * @param failure why it is not what was wanted, as a sentence for the user
 * @param supervision how it is looked after
 * @param shape what it is made of
 * @param vmmUid the user that its VMM runs as, no other's
 * @param hostKey what its sshd proves to hold
 * @param createdAt when it was deployed
 * @param changedAt when its intent last changed, or it booted, or failed
 */
public record Machine(
        MachineId id,
        String name,
        String shortId,
        Intent intent,
        boolean created,
        boolean booted,
        Optional<String> failure,
        Supervision supervision,
        Shape shape,
        long vmmUid,
        HostKey hostKey,
        Instant createdAt,
        Instant changedAt) {

    /**
     * What a machine is made of.
     *
     * @param image the image's name when it was deployed; empty when it was deployed on an existing volume
     * @param imageDigest the image's digest; empty likewise
     * @param vcpus virtual CPUs
     * @param memoryMib the guest's memory
     * @param storageMib size of the root volume
     * @param network the network's name
     * @param metadata the user's own labels
     */
    public record Shape(
            String image,
            String imageDigest,
            int vcpus,
            int memoryMib,
            int storageMib,
            String network,
            Map<String, String> metadata) {
        /** Copies the map. */
        public Shape {
            metadata = Map.copyOf(metadata);
        }

        /** Whether it was deployed on a volume that was there before, which a failure must not take away. */
        public boolean bootsVolume() {
            return image.isEmpty();
        }
    }

    /** Whether it should have a VMM now: not while it waits to be started again. */
    boolean wantsVmm() {
        return intent == Intent.RUNNING && supervision.waitsUntil().isEmpty();
    }

    /** The type of operations' targets. */
    static final String TARGET = "machine";
}
