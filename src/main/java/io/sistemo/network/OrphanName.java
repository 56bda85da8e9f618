package io.sistemo.network;

import io.sistemo.claim.Observation;
import io.sistemo.claim.Releasable;
import io.sistemo.host.Host;
import java.nio.file.Path;

/** A name that a resolver of ours knows, of a machine that nobody knows. */
public final class OrphanName implements Releasable {
    private final Host host;
    private final Path file;

    /**
     * What was found.
     *
     * @param name as {@link MachineName#key} makes it
     */
    public OrphanName(Host host, String installation, String name) {
        this.host = host;
        this.file = ResolverPlace.directory(installation).resolve(name);
    }

    @Override
    public Observation observe() {
        return host.files().read(file).isPresent() ? Observation.PRESENT : Observation.ABSENT;
    }

    @Override
    public void release() {
        host.files().delete(file);
    }
}
