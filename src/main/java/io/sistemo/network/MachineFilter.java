package io.sistemo.network;

/**
 * Renders the packet filter in one machine's namespace. It is of the bridge family, since frames between the tap and the
 * veth pass no IP hook. A guest can send only with its own hardware and IPv4 address, and nothing but IPv4 and ARP; it
 * cannot serve DHCP; mail ports are closed unless the configuration opens them.
 */
final class MachineFilter {
    /** The table's name within its family. */
    static final String TABLE = "sistemo";
    /** The table's family. */
    static final String FAMILY = "bridge";

    private static final String TEMPLATE = """
            table bridge sistemo {
              comment "@MARK@"
              chain from_guest {
                ether saddr != @MAC@ counter drop
                ether type arp arp saddr ether != @MAC@ counter drop
                ether type arp arp saddr ip != @ADDRESS@ counter drop
                ether type arp accept
                ether type != ip counter drop
                ip saddr != @ADDRESS@ counter drop
                ip daddr 169.254.0.0/16 counter drop
                ip daddr 127.0.0.0/8 counter drop
                udp sport 67 counter drop
            @SMTP@    accept
              }
              chain to_guest {
                ether type ip ip saddr != @GATEWAY@ tcp dport @PORT@ counter drop
                ether type ip6 counter drop
              }
              chain forward {
                type filter hook forward priority 0; policy accept;
                iifname "tap0" jump from_guest
                oifname "tap0" jump to_guest
              }
              chain input {
                type filter hook input priority 0; policy drop;
              }
            }
            """;

    private MachineFilter() {}

    /**
     * The ruleset that replaces a table which is there. Not for one that may be missing: after any transaction that deletes a
     * table, the kernel lets {@code nft} wait for all processors, some 12 ms, when it closes its socket.
     */
    static String renderReplacement(MachineWiring wiring) {
        return "delete table bridge sistemo\n" + render(wiring);
    }

    /** The ruleset that makes the table where there is none. */
    static String render(MachineWiring wiring) {
        return TEMPLATE.replace("@MARK@", wiring.mark())
                .replace("@MAC@", wiring.address().macAddress())
                .replace("@ADDRESS@", wiring.address().toString())
                .replace("@GATEWAY@", wiring.network().subnet().gateway().toString())
                .replace("@PORT@", Integer.toString(wiring.guestPort()))
                .replace("@SMTP@", wiring.blockSmtp() ? "    tcp dport { 25, 465, 587 } counter drop\n" : "");
    }
}
