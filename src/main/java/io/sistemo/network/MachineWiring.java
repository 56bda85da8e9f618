package io.sistemo.network;

/**
 * How one machine is connected.
 *
 * @param shortId 8 hexadecimal digits, unique in the ledger, of which names are made
 * @param network the network that it is on
 * @param address its address there
 * @param vmmUid the user that may open the tap
 * @param guestPort the port of our sshd in the guest, which only the gateway may reach
 * @param blockSmtp whether mail ports are closed to it
 * @param limits how much passes
 * @param mark what links and tables of ours carry
 */
public record MachineWiring(
        String shortId,
        Network network,
        Ipv4 address,
        long vmmUid,
        int guestPort,
        boolean blockSmtp,
        NetworkLimits limits,
        String mark) {
    /** The tap's name in every machine's namespace. */
    public static final String TAP = "tap0";

    /** The namespace's name. */
    public String namespace() {
        return namespace(shortId);
    }

    /** The name of the namespace of the machine with that short id. */
    public static String namespace(String shortId) {
        return "sv-" + shortId;
    }

    /** The near end of the machine's link, a port of the network's bridge. */
    public String hostLink() {
        return "sv-" + shortId;
    }
}
