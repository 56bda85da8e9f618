package io.sistemo.vmm;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;

/**
 * The ability of a {@link Vmm} to hold a guest whose write finds no room on the host's disk, where another one tells the guest
 * that its disk is broken, upon which its filesystem refuses all further writes until it boots again.
 */
public interface HoldsGuests {
    /**
     * Lets a guest go on that was held; what found no room is written then. A guest that runs is not disturbed, and one that
     * still finds no room is held again. One that was paused goes on too: it is the caller who knows whether it may.
     *
     * @throws HostException when its VMM cannot be told
     */
    void goOn(Host host, VmmAddress vmm);
}
