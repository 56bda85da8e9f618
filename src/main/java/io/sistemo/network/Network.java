package io.sistemo.network;

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
    /** Its bridge. */
    public static final String DEFAULT_BRIDGE = "sistemo0";
}
