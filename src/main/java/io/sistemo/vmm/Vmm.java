package io.sistemo.vmm;

import java.util.List;

/** A kind of virtual machine monitor. It says how one is started, {@link VmmProcess} starts it. */
public interface Vmm {
    /** What it can do. */
    VmmCapabilities capabilities();

    /** The groups whose devices it opens. */
    List<Long> groups();

    /** The program and its arguments for one machine. */
    List<String> command(VmmSpec spec);
}
