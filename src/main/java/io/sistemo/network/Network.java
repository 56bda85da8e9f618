package io.sistemo.network;

import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import java.util.Locale;

/**
 * A network: machines on it can reach each other.
 *
 * @param name its name; {@link #DEFAULT} is always there
 * @param bridge the bridge's link name
 * @param subnet its addresses
 */
public record Network(String name, String bridge, Subnet subnet) {
    /** The network of machines that name no other. */
    public static final String DEFAULT = "default";
    /** What kind of target networks are for operations. */
    public static final String TARGET = "network";
    /** The default network's bridge. */
    public static final String DEFAULT_BRIDGE = "sistemo0";
    /** Reserved for private use, so that no name of the world is hidden (ICANN, resolution 2024.07.29.06). */
    private static final String PRIVATE_DOMAIN = ".internal";

    /** Whether users made it. */
    public boolean isNamed() {
        return !name.equals(DEFAULT);
    }

    /** Who holds its bridge: the default one is the host's own. */
    public Owner owner() {
        return isNamed() ? new Owner(OwnerType.NETWORK, name) : Owner.HOST;
    }

    /** The domain in which its machines have their names. */
    public String domain() {
        return name.toLowerCase(Locale.ROOT) + PRIVATE_DOMAIN;
    }
}
