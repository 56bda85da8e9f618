package io.sistemo.vmm;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.LaunchSpec;
import io.sistemo.host.ProcessIdentity;
import java.util.Optional;

/**
 * One machine's VMM. It is known by pid, start time and boot id, never by pid alone; what is in its cgroup without having
 * been recorded is the remnant of a start that was cut short, and is killed whole.
 */
public final class VmmProcess implements HostResource {
    private final Host host;
    private final String cgroup;
    private final Optional<ProcessIdentity> recorded;
    private final VmmStart start;
    private Optional<ProcessIdentity> launched = Optional.empty();

    /**
     * A machine's VMM.
     *
     * @param cgroup the machine's cgroup
     * @param recorded what the claim says of it, if it was held
     * @param start asked by each {@link #ensure} that starts one
     */
    public VmmProcess(Host host, String cgroup, Optional<ProcessIdentity> recorded, VmmStart start) {
        this.host = host;
        this.cgroup = cgroup;
        this.recorded = recorded;
        this.start = start;
    }

    /** Names a VMM in the ledger, by the cgroup that it runs in. */
    public static ResourceKey key(String cgroup) {
        return new ResourceKey(ClaimKind.VMM, cgroup);
    }

    /** Writes an identity as a claim's detail. */
    public static String detail(ProcessIdentity identity) {
        return identity.toText();
    }

    /**
     * Reads an identity from a claim's detail.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static ProcessIdentity identity(String detail) {
        return ProcessIdentity.parse(detail);
    }

    @Override
    public ResourceKey key() {
        return key(cgroup);
    }

    @Override
    public Observation observe() {
        Optional<ProcessIdentity> known = launched.or(() -> recorded);
        if (known.isPresent() && host.processes().alive(known.get())) {
            return new Observation.Present(Optional.of(detail(known.get())));
        }
        return host.cgroups().members(cgroup).isEmpty() ? Observation.ABSENT : Observation.PARTIAL;
    }

    @Override
    public void ensure() {
        LaunchSpec spec = start.prepare();
        if (!host.cgroups().members(cgroup).isEmpty()) {
            host.cgroups().kill(cgroup);
        }
        ProcessIdentity process = host.processes().launch(spec);
        try {
            start.boot(process);
        } catch (HostException e) {
            killAfter(e);
            throw e;
        }
        launched = Optional.of(process);
    }

    /** One that hangs, or was told half of what it needs, must not stay. */
    private void killAfter(HostException failure) {
        try {
            host.cgroups().kill(cgroup);
        } catch (HostException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void release() {
        host.cgroups().kill(cgroup);
    }
}
