package io.sistemo.machine;

import io.sistemo.guest.Guests;
import io.sistemo.host.Host;
import io.sistemo.network.NetworkUpkeep;
import io.sistemo.operation.Operations;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.vmm.JailedVmm;
import io.sistemo.vmm.Vmm;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What every machine's driver works with.
 *
 * @param database where intent and claims are
 * @param operations what users watch
 * @param host what machines are made of
 * @param network keeps the bridges and the filter that they share
 * @param vmm how they are started
 * @param otherVmm speaks to those that an earlier daemon, which was configured otherwise, started by another kind of VMM; starts none
 * @param guests how they are talked to
 * @param boot what is put in front of their boot
 * @param initramfs what all boots share
 * @param settings from the configuration
 * @param directory where their files are
 * @param installation marks what is ours
 * @param timer for deadlines and retries; its tasks only wake drivers
 */
public record MachineEnvironment(
        Database database,
        Operations operations,
        Host host,
        NetworkUpkeep network,
        Vmm vmm,
        Vmm otherVmm,
        Guests guests,
        BootArchives boot,
        SharedInitramfs initramfs,
        MachineSettings settings,
        DataDirectory directory,
        InstallationId installation,
        ScheduledExecutorService timer) {
    /** The port of our sshd in every guest. */
    public static final int GUEST_PORT = 2222;

    /** The one that runs a machine, or ran it. */
    Vmm vmm(boolean isJailed) {
        return vmm instanceof JailedVmm == isJailed ? vmm : otherVmm;
    }
}
