package io.sistemo.network;

import io.sistemo.claim.Observation;
import io.sistemo.claim.Releasable;
import io.sistemo.host.Host;

/** All that there may be of a network's resolver, whatever has become of the network. */
public final class ResolverRemains implements Releasable {
    private final Host host;
    private final ResolverPlace place;

    /** What a resolver left. */
    public ResolverRemains(Host host, ResolverPlace place) {
        this.host = host;
        this.place = place;
    }

    @Override
    public Observation observe() {
        boolean isThere = host.cgroups().exists(place.cgroup())
                || host.files().directoryExists(place.names())
                || host.files().read(place.log()).isPresent();
        return isThere ? Observation.PARTIAL : Observation.ABSENT;
    }

    @Override
    public void release() {
        host.cgroups().killAndRemove(place.cgroup());
        host.files().deleteTree(place.names());
        host.files().delete(place.log());
        if (host.files().list(place.directory()).isEmpty()) {
            host.files().deleteTree(place.directory());
        }
    }
}
