package io.sistemo.host;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * All that is in one nftables table, as the kernel tells it in netlink messages: chains, rules, sets and their elements. Numbers:
 * the kernel's {@code linux/netfilter/nfnetlink.h} and {@code nf_tables.h}.
 */
final class TableContents {
    private static final int NFTABLES = 10 << 8;
    private static final int GET_CHAIN = NFTABLES | 4;
    private static final int GET_RULE = NFTABLES | 7;
    private static final int GET_SET = NFTABLES | 10;
    private static final int GET_ELEMENTS = NFTABLES | 13;
    /** Family, version, and a number that counts all transactions of the host. */
    private static final int HEAD_BYTES = 4;

    private static final int TABLE = 1;
    private static final int SET_NAME = 2;
    private static final int ELEMENTS = 3;
    private static final int ATTRIBUTE_HEAD_BYTES = 4;
    private static final int SHOWN_BYTES = 16;

    private final Netlink netlink;
    private final byte[] head;
    private final String name;
    private final MessageDigest digest = sha256();

    private TableContents(Netlink netlink, byte family, String name) {
        this.netlink = netlink;
        this.head = new byte[] {family, 0, 0, 0};
        this.name = name;
    }

    /** As {@link PacketFilter#fingerprint} says. */
    static Optional<String> fingerprint(String family, String name) {
        if (TableMessages.find(family, name).isEmpty()) {
            return Optional.empty();
        }
        try (Netlink netlink = Netlink.open(Netlink.NETFILTER)) {
            return Optional.of(new TableContents(netlink, TableMessages.familyNumber(family), name).digest());
        }
    }

    /** Chains are listed of all tables, the rest of the one that is asked for. */
    private String digest() {
        for (ByteBuffer chain : list(GET_CHAIN)) {
            if (NetlinkAttributes.parse(chain, HEAD_BYTES).text(TABLE).equals(Optional.of(name))) {
                update(chain);
            }
        }
        list(GET_RULE).forEach(this::update);
        for (ByteBuffer set : list(GET_SET)) {
            update(set);
            elements(NetlinkAttributes.parse(set, HEAD_BYTES).text(SET_NAME).orElse(""));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, SHOWN_BYTES);
    }

    private List<ByteBuffer> list(int type) {
        return netlink.dump(
                type, NetlinkAttributes.withString(head, TABLE, name), "cannot list what is in the table " + name);
    }

    /** A hash table tells its elements in any order, which changes when it grows. */
    private void elements(String set) {
        byte[] asked = NetlinkAttributes.withString(NetlinkAttributes.withString(head, TABLE, name), SET_NAME, set);
        List<byte[]> elements = new ArrayList<>();
        for (ByteBuffer message : netlink.dump(GET_ELEMENTS, asked, "cannot list the elements of the set " + set)) {
            NetlinkAttributes.parse(message, HEAD_BYTES)
                    .bytes(ELEMENTS)
                    .ifPresent(list -> elements.addAll(split(list)));
        }
        elements.sort(Arrays::compare);
        elements.forEach(digest::update);
    }

    private static List<byte[]> split(ByteBuffer list) {
        List<byte[]> values = new ArrayList<>();
        int at = 0;
        while (list.limit() - at >= ATTRIBUTE_HEAD_BYTES) {
            int length = Short.toUnsignedInt(list.getShort(at));
            if (length < ATTRIBUTE_HEAD_BYTES || length > list.limit() - at) {
                throw new HostException("nftables told a broken element");
            }
            byte[] value = new byte[length];
            list.get(at, value);
            values.add(value);
            at += NetlinkAttributes.aligned(length);
        }
        return values;
    }

    private void update(ByteBuffer message) {
        digest.update(message.slice(HEAD_BYTES, message.limit() - HEAD_BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
