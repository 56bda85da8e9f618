package io.sistemo.e2e;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * An Ethernet frame that a guest sends as it is, past its own IP stack.
 *
 * @param name what it pretends, in a few words
 * @param hex all its bytes but the checksum
 */
record Frame(String name, String hex) {
    /** In every frame, where its receiver does not look; 14 bytes. By this it is known when it arrives. */
    static final String MARK = "sent by a test";

    private static final String MARK_HEX = HexFormat.of().formatHex(MARK.getBytes(StandardCharsets.US_ASCII));
    private static final String EVERYBODY = "ffffffffffff";
    private static final String ALL_NODES = "ff020000000000000000000000000001";
    private static final int UDP = 17;
    private static final int TCP = 6;

    /** Any frame. */
    static Frame of(String name, String to, String from, String typeAndPayload) {
        return new Frame(name, mac(to) + mac(from) + typeAndPayload + MARK_HEX + "00".repeat(16));
    }

    /** Its bytes up to the mark, which no padding or cutting on the way changes. */
    String start() {
        return hex.substring(0, hex.indexOf(MARK_HEX));
    }

    /** The same as packet(7) shows it: the kernel has taken the outermost tag (IEEE 802.1Q) off when it gets there. */
    String startWhenReceived() {
        String type = hex.substring(24, 28);
        boolean isTagged = type.equals("8100") || type.equals("88a8");
        return isTagged ? start().substring(0, 24) + start().substring(32) : start();
    }

    /** The payload of an ARP answer (RFC 826) which says that an address is at a hardware address, with its type before it. */
    static String arpAnswer(int hardwareType, String hardware, String address, String toHardware, String toAddress) {
        return "0806" + "%04x".formatted(hardwareType) + "0800" + "0604" + "0002" + mac(hardware) + ip(address)
                + mac(toHardware) + ip(toAddress);
    }

    /** The payload of a gratuitous ARP request: an announcement to everybody. */
    static String announcement(String hardware, String address) {
        return "0806" + "0001" + "0800" + "0604" + "0001" + mac(hardware) + ip(address) + "000000000000" + ip(address);
    }

    /** An IPv4 packet (RFC 791) with a UDP datagram, with the Ethernet type before it. */
    static String udp(String from, int fromPort, String to, int toPort) {
        return ipv4(UDP, from, to, "%04x%04x%04x%04x".formatted(fromPort, toPort, 8 + MARK.length(), 0));
    }

    /** An IPv4 packet with the SYN of a TCP connection (RFC 9293), with the Ethernet type before it. */
    static String syn(String from, String to, int toPort) {
        return ipv4(
                TCP,
                from,
                to,
                "%04x%04x".formatted(40_000, toPort) + "00000001" + "00000000" + "5002" + "2000" + "00000000");
    }

    /** An IPv6 router advertisement (RFC 4861, 4.2) to all nodes, with the Ethernet type before it; its checksum is right. */
    static String routerAdvertisement(String router) {
        // With an option that nobody knows (RFC 4727), since what lies beyond the packet's length may be cut off on its
        // way.
        String message = "8600" + "0000" + "4000" + "0708" + "00000000" + "00000000" + "fd02" + MARK_HEX;
        String pseudo = router + ALL_NODES + "%08x".formatted(message.length() / 2) + "0000003a";
        String checked = message.substring(0, 4) + checksum(pseudo + message) + message.substring(8);
        return "86dd" + "60000000" + "%04x".formatted(message.length() / 2) + "3aff" + router + ALL_NODES + checked;
    }

    private static String ipv4(int protocol, String from, String to, String payload) {
        int length = 20 + payload.length() / 2 + MARK.length();
        String start = "4500" + "%04x".formatted(length) + "00010000" + "40%02x".formatted(protocol);
        String addresses = ip(from) + ip(to);
        return "0800" + start + checksum(start + "0000" + addresses) + addresses + payload;
    }

    /** RFC 1071. */
    private static String checksum(String hex) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        int sum = 0;
        while (bytes.hasRemaining()) {
            sum += bytes.getShort() & 0xffff;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return "%04x".formatted(~sum & 0xffff);
    }

    private static String mac(String text) {
        return text.equals("everybody") ? EVERYBODY : text.replace(":", "");
    }

    private static String ip(String text) {
        StringBuilder hex = new StringBuilder();
        for (String octet : text.split("\\.", -1)) {
            hex.append("%02x".formatted(Integer.parseInt(octet)));
        }
        return hex.toString();
    }
}
