package io.sistemo.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * The text of {@code /proc/net/tcp}, {@code tcp6}, {@code udp} and {@code udp6}: a line per socket with its own address, the other end's, its state, and
 * further on its uid and inode. Addresses are words of 32 bits in the processor's order, ports big-endian. Pure.
 */
final class SocketTableText {
    private static final String ESTABLISHED = "01";
    /** TCP's LISTEN, and what UDP shows of a socket that is not bound to one peer ({@code net/tcp_states.h}: TCP_CLOSE). */
    private static final String LISTENING = "0A";

    private static final String UNCONNECTED = "07";
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int UID = 7;
    private static final int INODE = 9;

    /**
     * A socket that takes what comes to a port.
     *
     * @param inode by which the process is found that has it open
     */
    record Taker(InetAddress address, String inode) {}

    private SocketTableText() {}

    /** The sockets that take what comes to a port. */
    static List<Taker> takers(List<String> lines, Ports.Transport transport, int port) {
        String state = switch (transport) {
            case TCP -> LISTENING;
            case UDP -> UNCONNECTED;
        };
        List<Taker> takers = new ArrayList<>();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.size() > INODE && fields.get(STATE).equals(state)) {
                InetSocketAddress local = address(fields.get(LOCAL));
                if (local.getPort() == port) {
                    takers.add(new Taker(local.getAddress(), fields.get(INODE)));
                }
            }
        }
        return takers;
    }

    /** The user of the socket whose own address is the peer's and whose other end is ours. */
    static OptionalLong uidOf(List<String> lines, InetSocketAddress peer, InetSocketAddress local) {
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            // A socket that its owner has closed shows uid 0 and inode 0, and is nobody's.
            if (fields.size() > INODE
                    && fields.get(STATE).equals(ESTABLISHED)
                    && !fields.get(INODE).equals("0")
                    && address(fields.get(LOCAL)).equals(peer)
                    && address(fields.get(REMOTE)).equals(local)) {
                return OptionalLong.of(Long.parseLong(fields.get(UID)));
            }
        }
        return OptionalLong.empty();
    }

    /** An IPv4 address in IPv6's clothes becomes plain IPv4, as Java does with a socket's. */
    static InetSocketAddress address(String text) {
        int colon = text.indexOf(':');
        byte[] words = HexFormat.of().parseHex(text.substring(0, colon));
        ByteBuffer address = ByteBuffer.allocate(words.length);
        ByteBuffer inProcessorOrder = ByteBuffer.wrap(words);
        address.order(ByteOrder.nativeOrder());
        while (inProcessorOrder.hasRemaining()) {
            address.putInt(inProcessorOrder.getInt());
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1), 16);
            return new InetSocketAddress(InetAddress.getByAddress(address.array()), port);
        } catch (UnknownHostException e) {
            throw new HostException("cannot understand the socket address " + text, e);
        }
    }
}
