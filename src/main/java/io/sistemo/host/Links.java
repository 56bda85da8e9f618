package io.sistemo.host;

import java.util.List;
import java.util.Optional;

/** Network links of the host or of a named namespace. */
public interface Links {
    /**
     * A link's facts.
     *
     * @throws HostException when the namespace does not exist or cannot be asked
     */
    Optional<LinkFacts> find(Optional<String> namespace, String name);

    /**
     * All links.
     *
     * @throws HostException when the namespace does not exist or cannot be asked
     */
    List<LinkFacts> list(Optional<String> namespace);

    /**
     * Where the host sends IPv4 packets: its routes, without the default one, and its own addresses; the same may come twice.
     *
     * @throws HostException when they cannot be listed
     */
    List<RouteFacts> routes();

    /**
     * Carries out commands in order. When one fails, those before it stay done; applying all of them again finishes it. A link that is already there is kept when it is of the same kind and bears the same alias or
     * none.
     *
     * @throws HostException when the namespace does not exist, or the kernel refuses a command
     */
    void apply(Optional<String> namespace, List<LinkCommand> commands);

    /** Deletes a link, and a veth's peer with it. A namespace that is gone is success. */
    void delete(Optional<String> namespace, String name);
}
