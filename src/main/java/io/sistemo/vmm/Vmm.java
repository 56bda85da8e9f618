package io.sistemo.vmm;

import java.util.List;

/** A kind of virtual machine monitor. Pure: it says how one is started, {@link VmmProcess} starts it. */
public interface Vmm {
    /** What it can do. */
    VmmCapabilities capabilities();

    /** The program and its arguments for one machine. */
    List<String> command(VmmSpec spec);
}
