package io.sistemo.vmm;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;

/** The ability of a {@link Vmm} to say what its guest has done with its disks. */
public interface CountsDiskTransfers {
    /**
     * All of its disks together.
     *
     * @throws HostException when the VMM does not answer within some seconds, or makes no sense
     */
    DiskTransfers diskTransfers(Host host, VmmAddress vmm);

    /**
     * Remembers what has been counted so far, where that is read from a file whose head is about to be given back.
     *
     * @throws HostException when it cannot be read or remembered
     */
    default void remember(Host host, VmmAddress vmm) {}
}
