package io.sistemo.vmm;

import io.sistemo.host.Host;
import io.sistemo.host.ProcessIdentity;
import java.util.List;

/**
 * A {@link Vmm} that a jailer confines to a root directory of its own, made anew for each start, and that is told over a socket
 * in there what to run.
 */
public non-sealed interface JailedVmm extends Vmm {
    /**
     * Makes what is in the jail; what an earlier start left in it goes. Files get further names in there, and are never
     * copied where that would make them another file.
     *
     * @throws io.sistemo.host.HostException when something cannot be made
     */
    void furnish(Host host, JailSpec jail);

    /** The jailer and its arguments. */
    List<String> command(JailSpec jail);

    /**
     * Tells a process that was started what to run, and starts its guest.
     *
     * @throws io.sistemo.host.LaunchFailed when it ends meanwhile
     * @throws io.sistemo.host.HostException when it does not listen or answer in time, or refuses something
     */
    void boot(Host host, VmmSpec spec, VmmAddress address, ProcessIdentity process);
}
