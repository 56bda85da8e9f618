package io.sistemo.volume;

import io.sistemo.operation.OperationId;
import java.util.List;
import java.util.Optional;

/**
 * What users can see and do of volumes. A reference is a volume's name, its id, or any unique prefix of its id. What is asked
 * for goes on as an operation after the call has returned. Safe for concurrent use.
 *
 * <p>Every method with a reference throws {@link io.sistemo.operation.Refusal}: NOT_FOUND, or BAD_INPUT when it is a prefix of
 * several ids; WRONG_STATE when something else is being done with the volume.
 */
public interface VolumeService {
    /** All volumes, roots first, by name. */
    List<VolumeDetails> list();

    /** One volume. */
    VolumeDetails require(String reference);

    /**
     * Makes a data volume with an empty ext4 file system.
     *
     * @param name else one is made up
     * @param sizeMib its size
     * @throws io.sistemo.operation.Refusal BAD_INPUT, NAME_TAKEN, or DISK_FULL with the numbers
     */
    OperationId create(Optional<String> name, long sizeMib);

    /**
     * Makes a volume larger; its file system follows at the guest's next boot. A volume that has the size already stays as it
     * is.
     *
     * @throws io.sistemo.operation.Refusal BAD_INPUT when it would shrink or is over the limit; WRONG_STATE while its machine
     *     runs; DISK_FULL with the numbers
     */
    OperationId resize(String reference, long sizeMib);

    /**
     * Makes a copy of a volume, sharing its blocks where the host's filesystem can. Its file system gets an id of its own.
     *
     * @param name the copy's name
     * @throws io.sistemo.operation.Refusal BAD_INPUT, NAME_TAKEN; WRONG_STATE while its machine runs; DISK_FULL with the numbers
     */
    OperationId copy(String reference, String name);

    /**
     * Sends all that is on a volume, as it is. It cannot be used meanwhile.
     *
     * @param sink where it goes
     * @throws io.sistemo.operation.Refusal WRONG_STATE while its machine runs
     */
    OperationId send(String reference, VolumeSink sink);

    /**
     * Makes a volume of a file that holds an ext4 file system, which is checked, and gets an id of its own.
     *
     * @param upload the file; may be shorter than the smallest volume
     * @throws io.sistemo.operation.Refusal BAD_INPUT when it is over the limit, NAME_TAKEN, or DISK_FULL with the numbers
     */
    OperationId receive(VolumeUpload upload);

    /**
     * Takes up disks in the data directory that have no row, as volumes that are attached to nothing, and says what else does
     * not fit. Nothing is deleted.
     */
    VolumeRecovery recover();

    /**
     * Removes a volume and all that was written to it.
     *
     * @throws io.sistemo.operation.Refusal IN_USE while it is attached
     */
    OperationId delete(String reference);
}
