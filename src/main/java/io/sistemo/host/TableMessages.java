package io.sistemo.host;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Netlink messages about nftables' tables, of the calling thread's network namespace. */
final class TableMessages {
    /** Subsystem nftables, message "get table": {@code linux/netfilter/nfnetlink.h} and {@code nf_tables.h}. */
    private static final int GET_TABLE = 10 << 8 | 1;

    private static final int TABLE_NAME = 1;
    private static final int TABLE_USER_DATA = 6;
    private static final List<String> FAMILIES = List.of("inet", "ip", "ip6", "arp", "bridge", "netdev");

    private TableMessages() {}

    /** A table of a family, as {@link PacketFilter#findTable} tells it. */
    static Optional<TableFacts> find(String family, String name) {
        try (Netlink.Room room = new Netlink.Room()) {
            return find(family, name, room);
        }
    }

    /** The same, by way of memory that the caller keeps. */
    static Optional<TableFacts> find(String family, String name, Netlink.Room room) {
        byte[] header = {familyNumber(family), 0, 0, 0};
        byte[] request = NetlinkAttributes.withString(header, TABLE_NAME, name);
        try (Netlink netlink = Netlink.open(Netlink.NETFILTER, room)) {
            Netlink.Answer answer = netlink.find(GET_TABLE, request);
            if (answer.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            if (answer.errno() != 0) {
                throw Errno.failure("cannot look at the nftables table " + family + " " + name, answer.errno());
            }
            ByteBuffer message = answer.messages().getFirst();
            NetlinkAttributes attributes = NetlinkAttributes.parse(message.position(header.length));
            return Optional.of(new TableFacts(
                    attributes.bytes(TABLE_USER_DATA).map(TableComment::parse).orElse("")));
        }
    }

    /** {@code NFPROTO_*} of {@code linux/netfilter.h}. */
    static byte familyNumber(String family) {
        return switch (family) {
            case "inet" -> 1;
            case "ip" -> 2;
            case "arp" -> 3;
            case "netdev" -> 5;
            case "bridge" -> 7;
            case "ip6" -> 10;
            default -> throw new IllegalArgumentException("not an nftables family: " + family);
        };
    }

    /** The family that a message is about; empty for one that this program knows nothing of. */
    static Optional<String> familyName(byte number) {
        return FAMILIES.stream().filter(name -> familyNumber(name) == number).findFirst();
    }
}
