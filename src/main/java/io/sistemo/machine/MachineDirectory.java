package io.sistemo.machine;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import io.sistemo.store.DataDirectory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A machine's directory: its sidecar, logs, initramfs, and the host key that clients of its sshd check. */
final class MachineDirectory implements HostResource {
    /** Others may pass through to {@code known_hosts}, and see nothing else. */
    private static final int PASS_THROUGH = 0711;

    private static final int READABLE = 0644;
    private static final int OWNER_ONLY = 0600;

    private final Host host;
    private final MachineId id;
    private final DataDirectory.MachineFiles files;
    private final String knownHosts;
    private final MachineSidecar sidecar;

    /**
     * A machine's directory.
     *
     * @param knownHosts the line that names its host key
     * @param sidecar what its rows can be made of
     */
    MachineDirectory(
            Host host, MachineId id, DataDirectory.MachineFiles files, String knownHosts, MachineSidecar sidecar) {
        this.host = host;
        this.id = id;
        this.files = files;
        this.knownHosts = knownHosts;
        this.sidecar = sidecar;
    }

    static ResourceKey key(MachineId id) {
        return new ResourceKey(ClaimKind.MACHINE_DIRECTORY, id.toString());
    }

    @Override
    public ResourceKey key() {
        return key(id);
    }

    /** A sidecar that says something else than the rows is as bad as none: it is written again. */
    @Override
    public Observation observe() {
        if (!host.files().directoryExists(files.directory())) {
            return Observation.ABSENT;
        }
        boolean whole = host.files().read(files.knownHosts()).isPresent()
                && host.files()
                        .read(files.sidecar())
                        .filter(content -> Arrays.equals(content, sidecar.toBytes()))
                        .isPresent();
        return whole ? Observation.PRESENT : Observation.PARTIAL;
    }

    @Override
    public void ensure() {
        host.files().ensureDirectory(files.directory(), PASS_THROUGH, 0);
        host.files().writeAtomically(files.knownHosts(), knownHosts.getBytes(StandardCharsets.UTF_8), READABLE, 0);
        // Last: what is cut short before it is seen by it, and done again.
        host.files().writeAtomically(files.sidecar(), sidecar.toBytes(), OWNER_ONLY, 0);
    }

    @Override
    public void release() {
        host.files().deleteTree(files.directory());
    }
}
