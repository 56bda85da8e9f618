package io.sistemo.network;

import java.util.OptionalLong;

/**
 * Renders the packet filter in one machine's namespace. It is of the bridge family, since frames between the tap and the
 * veth pass no IP hook. A guest can send only with its own hardware and IPv4 address, and nothing but IPv4 and ARP; it
 * cannot serve DHCP; mail ports are closed unless the configuration opens them. What goes beyond a
 * limit in either direction is dropped.
 */
final class MachineFilter {
    /** The table's name within its family. */
    static final String TABLE = "sistemo";
    /** The table's family. */
    static final String FAMILY = "bridge";

    private static final int BURST_BYTES = 64 << 10;

    private static final String TEMPLATE = """
            table bridge sistemo {
              comment "@MARK@"
              chain from_guest {
            @SENT@                ether saddr != @MAC@ counter drop
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
            @RECEIVED@                ether type ip ip saddr != @GATEWAY@ tcp dport @PORT@ counter drop
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
                .replace("@SENT@", limit(wiring.limits().sentBytes()))
                .replace("@RECEIVED@", limit(wiring.limits().receivedBytes()))
                .replace("@SMTP@", wiring.blockSmtp() ? "    tcp dport { 25, 465, 587 } counter drop\n" : "");
    }

    /**
     * First of all, so that what another rule drops counts too. The kernel keeps what was not used in a second, and the burst on
     * top of it ({@code net/netfilter/nft_limit.c}): what is joined for the way through the host may have 64 KiB.
     */
    private static String limit(OptionalLong bytesPerSecond) {
        return bytesPerSecond.isEmpty()
                ? ""
                : "    limit rate over " + bytesPerSecond.getAsLong() + " bytes/second burst " + BURST_BYTES
                        + " bytes counter drop\n";
    }
}
