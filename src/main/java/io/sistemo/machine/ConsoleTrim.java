package io.sistemo.machine;

import io.sistemo.host.HostException;
import io.sistemo.vmm.CountsDiskTransfers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;

/** A guest and its VMM can print as much as they like: the heads of their logs are given back, so that they never fill the disk. */
final class ConsoleTrim {
    private static final Logger LOGGER = System.getLogger(ConsoleTrim.class.getName());
    private static final int KEPT_BYTES = 2 << 20;

    private final MachineEnvironment environment;

    ConsoleTrim(MachineEnvironment environment) {
        this.environment = environment;
    }

    /** Trims one machine's logs. A failure must not reach the timer, which would never trim again. */
    void trim(MachineId id) {
        remember(id);
        var files = environment.directory().machine(id.toString());
        for (Path log : List.of(files.console(), files.vmmLog(), files.metrics())) {
            try {
                environment.host().disks().punchHead(log, KEPT_BYTES);
            } catch (HostException e) {
                LOGGER.log(Level.WARNING, "{0} cannot be trimmed: {1}", log, e.getMessage());
            }
        }
    }

    private void remember(MachineId id) {
        if (!(environment.vmm(true) instanceof CountsDiskTransfers vmm)) {
            return;
        }
        try {
            // No word is said to the VMM, and where there is no file of one that is jailed there is nothing to do.
            vmm.remember(environment.host(), MachineBlueprint.vmmAddress(environment, id, ""));
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "{0}: what its disks did is not counted: {1}", id, e.getMessage());
        }
    }
}
