package io.sistemo.vmm;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import java.nio.file.Path;

/**
 * The directory that holds one machine's jail, for root alone. What is in it is made by each start; files in it are further
 * names of files that lie elsewhere, and those stay when it goes.
 */
public final class VmmJail implements HostResource {
    private final Host host;
    private final String machineId;
    private final Path directory;

    /**
     * A machine's jail.
     *
     * @param directory where it is
     */
    public VmmJail(Host host, String machineId, Path directory) {
        this.host = host;
        this.machineId = machineId;
        this.directory = directory;
    }

    /** Names a jail in the ledger. */
    public static ResourceKey key(String machineId) {
        return new ResourceKey(ClaimKind.JAIL, machineId);
    }

    @Override
    public ResourceKey key() {
        return key(machineId);
    }

    @Override
    public Observation observe() {
        return host.files().directoryExists(directory) ? Observation.PRESENT : Observation.ABSENT;
    }

    @Override
    public void ensure() {
        host.files().makeDirectories(directory);
    }

    @Override
    public void release() {
        host.files().deleteTree(directory);
    }
}
