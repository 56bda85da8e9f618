package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.Observation;
import io.sistemo.claim.Releasable;
import io.sistemo.host.Host;
import io.sistemo.host.LinkFacts;
import java.util.Optional;

/** A link of ours that nobody holds, with the namespace of the same name, if there is one. */
public final class OrphanLink implements Releasable {
    private final Host host;
    private final ClaimKind kind;
    private final String name;
    private final String mark;

    /**
     * What was found to be ours.
     *
     * @param kind a machine's network, or a bridge
     * @param name of the link and of the namespace
     * @param mark what our links carry
     */
    public OrphanLink(Host host, ClaimKind kind, String name, String mark) {
        this.host = host;
        this.kind = kind;
        this.name = name;
        this.mark = mark;
    }

    @Override
    public Observation observe() {
        Optional<LinkFacts> link = host.links().find(Optional.empty(), name);
        if (link.isPresent() && !link.get().alias().equals(Optional.of(mark))) {
            return new Observation.Unknown("the link " + name + " is not ours any more");
        }
        return link.isPresent() || hasNamespace() ? Observation.PRESENT : Observation.ABSENT;
    }

    private boolean hasNamespace() {
        return kind == ClaimKind.MACHINE_NETWORK && host.namespaces().exists(name);
    }

    @Override
    public void release() {
        host.links().delete(Optional.empty(), name);
        if (hasNamespace()) {
            host.namespaces().delete(name);
        }
    }
}
