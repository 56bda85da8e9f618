package io.sistemo.vmm;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;

/** The ability of a {@link Vmm} to let a guest stand still, with all that it has in memory, and to let it go on. */
public interface PausesGuests {
    /**
     * Lets the guest stand still; one that does already is success. When it returns, the guest executes nothing.
     *
     * @throws HostException when its VMM cannot be told, or does not do it
     */
    void pause(Host host, VmmAddress vmm);

    /**
     * Lets the guest go on; one that runs is success.
     *
     * @throws HostException when its VMM cannot be told, or does not do it
     */
    void resume(Host host, VmmAddress vmm);
}
