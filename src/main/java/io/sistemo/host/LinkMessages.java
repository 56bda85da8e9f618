package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Netlink messages about links, of the calling thread's network namespace. Numbers: the kernel's {@code linux/if_link.h}. */
final class LinkMessages {
    private static final int DELETE_LINK = 17;
    private static final int GET_LINK = 18;
    private static final int INFO_BYTES = 16;
    private static final int ADDRESS = 1;
    private static final int NAME = 3;
    private static final int MASTER = 10;
    private static final int LINK_INFO = 18;
    private static final int KIND = 1;
    private static final int ALIAS = 20;
    /** {@code IFF_UP}. */
    static final int UP = 1;
    /** {@code IFF_LOWER_UP}. */
    private static final int CARRIER = 1 << 16;

    private static final int EXTENSION_MASK = 29;
    /** {@code RTEXT_FILTER_SKIP_STATS} of {@code linux/rtnetlink.h}: they are half of what is known of a link. */
    private static final int SKIP_STATISTICS = 1 << 3;

    private static final byte[] WITHOUT_STATISTICS = withoutStatistics();

    private LinkMessages() {}

    private static byte[] withoutStatistics() {
        return ByteBuffer.allocate(INFO_BYTES + 8)
                .order(ByteOrder.nativeOrder())
                .position(INFO_BYTES)
                .putShort((short) 8)
                .putShort((short) EXTENSION_MASK)
                .putInt(SKIP_STATISTICS)
                .array();
    }

    static Optional<LinkFacts> find(String name) {
        try (Netlink netlink = Netlink.open(Netlink.ROUTE)) {
            Netlink.Answer answer = netlink.find(GET_LINK, named(name));
            if (answer.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            requireSuccess(answer, "cannot look at the link " + name);
            ByteBuffer message = answer.messages().getFirst();
            NetlinkAttributes attributes = attributes(message);
            Optional<String> master = attributes.number(MASTER).flatMap(index -> nameOf(netlink, index));
            return Optional.of(facts(message, attributes, master));
        }
    }

    /** The number of a link, by which others refer to it. */
    static OptionalInt findIndex(Netlink netlink, String name) {
        Netlink.Answer answer = netlink.find(GET_LINK, named(name));
        if (answer.errno() == Errno.ENODEV) {
            return OptionalInt.empty();
        }
        requireSuccess(answer, "cannot look at the link " + name);
        return OptionalInt.of(answer.messages().getFirst().getInt(4));
    }

    static List<LinkFacts> list() {
        try (Netlink.Room room = new Netlink.Room()) {
            return list(room);
        }
    }

    /** All links, by way of memory that the caller keeps. */
    static List<LinkFacts> list(Netlink.Room room) {
        try (Netlink netlink = Netlink.open(Netlink.ROUTE, room)) {
            List<ByteBuffer> messages = netlink.dump(GET_LINK, WITHOUT_STATISTICS, "cannot list the links");
            List<NetlinkAttributes> attributes =
                    messages.stream().map(LinkMessages::attributes).toList();
            Map<Integer, String> names = new HashMap<>();
            for (int i = 0; i < messages.size(); i++) {
                names.put(
                        messages.get(i).getInt(4), attributes.get(i).text(NAME).orElse(""));
            }
            List<LinkFacts> links = new ArrayList<>();
            for (int i = 0; i < messages.size(); i++) {
                Optional<String> master = attributes.get(i).number(MASTER).map(index -> names.getOrDefault(index, ""));
                links.add(facts(messages.get(i), attributes.get(i), master));
            }
            return List.copyOf(links);
        }
    }

    /** Deletes a link; one that is gone is success. */
    static void delete(String name) {
        try (Netlink netlink = Netlink.open(Netlink.ROUTE)) {
            Netlink.Answer answer = netlink.ask(DELETE_LINK, named(name));
            if (answer.errno() != Errno.ENODEV) {
                requireSuccess(answer, "cannot delete the link " + name);
            }
        }
    }

    private static void requireSuccess(Netlink.Answer answer, String whatFailed) {
        if (answer.errno() != 0) {
            throw Errno.failure(whatFailed, answer.errno());
        }
    }

    private static byte[] named(String name) {
        return NetlinkAttributes.withString(new byte[INFO_BYTES], NAME, name);
    }

    private static Optional<String> nameOf(Netlink netlink, int index) {
        byte[] body = new byte[INFO_BYTES];
        ByteBuffer.wrap(body).order(ByteOrder.nativeOrder()).putInt(4, index);
        Netlink.Answer answer = netlink.find(GET_LINK, body);
        return answer.errno() == 0 ? attributes(answer.messages().getFirst()).text(NAME) : Optional.empty();
    }

    private static NetlinkAttributes attributes(ByteBuffer message) {
        return NetlinkAttributes.parse(message, INFO_BYTES);
    }

    private static LinkFacts facts(ByteBuffer message, NetlinkAttributes attributes, Optional<String> master) {
        String kind = attributes
                .nested(LINK_INFO)
                .flatMap(information -> information.text(KIND))
                .orElse("");
        boolean up = (message.getInt(8) & UP) != 0;
        boolean carrier = (message.getInt(8) & CARRIER) != 0;
        String mac = attributes.bytes(ADDRESS).map(LinkMessages::mac).orElse("");
        return new LinkFacts(attributes.text(NAME).orElse(""), attributes.text(ALIAS), kind, master, up, carrier, mac);
    }

    private static String mac(ByteBuffer address) {
        byte[] bytes = new byte[address.remaining()];
        address.get(address.position(), bytes);
        return HexFormat.ofDelimiter(":").formatHex(bytes);
    }
}
