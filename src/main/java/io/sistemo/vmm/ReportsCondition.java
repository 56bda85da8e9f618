package io.sistemo.vmm;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;

/** The ability of a {@link Vmm} to say how its guest is. Only looks. */
public interface ReportsCondition {
    /**
     * How the guest is.
     *
     * @throws HostException when the VMM does not answer within some seconds
     */
    VmmCondition condition(Host host, VmmAddress vmm);
}
