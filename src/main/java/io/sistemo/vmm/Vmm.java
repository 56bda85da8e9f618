package io.sistemo.vmm;

/** A kind of virtual machine monitor. It says how one is started, {@link VmmProcess} starts it. */
public sealed interface Vmm permits LaunchedVmm, JailedVmm {
    /** What it can do. */
    VmmCapabilities capabilities();
}
