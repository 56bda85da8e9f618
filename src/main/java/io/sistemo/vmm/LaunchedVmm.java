package io.sistemo.vmm;

import java.util.List;

/** A {@link Vmm} that finds its files open, as a user without any right, and is told by its arguments what to run. */
public non-sealed interface LaunchedVmm extends Vmm {
    /** The groups whose devices it opens. */
    List<Long> groups();

    /** The program and its arguments for one machine. */
    List<String> command(VmmSpec spec);
}
