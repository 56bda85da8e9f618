package io.sistemo.volume;

import java.util.UUID;

/**
 * Where a volume is attached.
 *
 * @param machineId the machine
 * @param slot its place among the machine's disks: 0 is the one that it boots, the others follow in this order
 */
public record Attachment(UUID machineId, int slot) {
    /** The place of the disk that a machine boots. */
    public static final int ROOT_SLOT = 0;
}
