package io.sistemo.vmm;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;

/**
 * The ability of a {@link Vmm} to tell a guest by the hardware that it should shut down: the ACPI power button, or
 * Ctrl-Alt-Del. Whether the guest listens is up to it.
 */
public interface PressesPowerButton {
    /**
     * Presses it once, and returns when that was done, not when the guest has obeyed.
     *
     * @throws HostException when its VMM cannot be told
     */
    void pressPowerButton(Host host, VmmAddress vmm);
}
