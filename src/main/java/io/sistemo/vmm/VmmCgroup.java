package io.sistemo.vmm;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.CgroupLimits;
import io.sistemo.host.Host;

/** The cgroup of one machine's VMM, outside the daemon's own; all that is in it is that machine's. */
public final class VmmCgroup implements HostResource {
    private final Host host;
    private final String path;
    private final CgroupLimits limits;

    /**
     * A machine's cgroup.
     *
     * @param path {@code sistemo/INSTALLATION/MACHINE}
     */
    public VmmCgroup(Host host, String path, CgroupLimits limits) {
        this.host = host;
        this.path = path;
        this.limits = limits;
    }

    /** Names a cgroup in the ledger. */
    public static ResourceKey key(String path) {
        return new ResourceKey(ClaimKind.CGROUP, path);
    }

    @Override
    public ResourceKey key() {
        return key(path);
    }

    @Override
    public Observation observe() {
        if (host.cgroups().isWhole(path)) {
            return Observation.PRESENT;
        }
        return host.cgroups().exists(path) ? Observation.PARTIAL : Observation.ABSENT;
    }

    @Override
    public void ensure() {
        host.cgroups().create(path, limits);
    }

    @Override
    public void release() {
        host.cgroups().killAndRemove(path);
    }
}
