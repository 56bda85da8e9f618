package io.sistemo.vmm;

import io.sistemo.host.LaunchSpec;
import io.sistemo.host.ProcessIdentity;

/** How one VMM is started. */
@FunctionalInterface
public interface VmmStart {
    /** Makes what a start needs (the initramfs) and says how to start. */
    LaunchSpec prepare();

    /** What the VMM holds its devices to. */
    default DeviceLimits limits() {
        return DeviceLimits.NONE;
    }

    /**
     * Does what is left to do once the process runs, before it counts as a VMM.
     *
     * @throws io.sistemo.host.HostException when that fails; the process is killed then
     */
    default void boot(ProcessIdentity process) {}
}
