package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Netlink messages about IPv4 routes and addresses, of the calling thread's network namespace. Numbers: the kernel's {@code
 * linux/rtnetlink.h} and {@code if_addr.h}.
 */
final class RouteMessages {
    private static final int GET_LINK = 18;
    private static final int GET_ADDRESS = 22;
    private static final int GET_ROUTE = 26;

    private static final int LINK_HEAD_BYTES = 16;
    private static final int LINK_NAME = 3;
    private static final int ADDRESS_HEAD_BYTES = 8;
    private static final int ADDRESS_LOCAL = 2;
    private static final int ROUTE_HEAD_BYTES = 12;
    private static final int ROUTE_DESTINATION = 1;
    private static final int ROUTE_LINK = 4;
    private static final byte FAMILY_IPV4 = 2;

    private RouteMessages() {}

    /** What {@link Links#routes} tells: routes of all tables, then addresses, whose routes may be missing while a link is down. */
    static List<RouteFacts> list() {
        try (Netlink netlink = Netlink.open(Netlink.ROUTE)) {
            Map<Integer, String> names = new HashMap<>();
            for (ByteBuffer message : netlink.dump(GET_LINK, new byte[LINK_HEAD_BYTES], "cannot list the links")) {
                int index = message.getInt(4);
                NetlinkAttributes.parse(message, LINK_HEAD_BYTES)
                        .text(LINK_NAME)
                        .ifPresent(name -> names.put(index, name));
            }
            List<RouteFacts> routes = new ArrayList<>();
            for (ByteBuffer message : netlink.dump(GET_ROUTE, head(ROUTE_HEAD_BYTES), "cannot list the routes")) {
                NetlinkAttributes attributes = NetlinkAttributes.parse(message, ROUTE_HEAD_BYTES);
                String link = attributes.number(ROUTE_LINK).map(names::get).orElse("");
                attributes
                        .bytes(ROUTE_DESTINATION)
                        .ifPresent(
                                destination -> routes.add(new RouteFacts(dotted(destination), message.get(1), link)));
            }
            for (ByteBuffer message :
                    netlink.dump(GET_ADDRESS, head(ADDRESS_HEAD_BYTES), "cannot list the addresses")) {
                String link = names.getOrDefault(message.getInt(4), "");
                NetlinkAttributes.parse(message, ADDRESS_HEAD_BYTES)
                        .bytes(ADDRESS_LOCAL)
                        .ifPresent(address -> routes.add(new RouteFacts(dotted(address), message.get(1), link)));
            }
            return List.copyOf(routes);
        }
    }

    private static byte[] head(int bytes) {
        return ByteBuffer.allocate(bytes)
                .order(ByteOrder.nativeOrder())
                .put(FAMILY_IPV4)
                .array();
    }

    private static String dotted(ByteBuffer address) {
        int at = address.position();
        return Byte.toUnsignedInt(address.get(at)) + "." + Byte.toUnsignedInt(address.get(at + 1)) + "."
                + Byte.toUnsignedInt(address.get(at + 2)) + "." + Byte.toUnsignedInt(address.get(at + 3));
    }
}
