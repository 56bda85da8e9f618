package io.sistemo.host;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Carries out {@link LinkCommand}s over netlink, in the calling thread's network namespace. Numbers: the kernel's {@code
 * linux/rtnetlink.h}, {@code if_link.h}, {@code if_addr.h} and {@code veth.h}.
 */
final class LinkChanges {
    private static final Pattern CIDR = Pattern.compile("([0-9.]{7,15})/([0-9]|[12][0-9]|3[0-2])");

    private static final int NEW_LINK = 16;
    private static final int SET_LINK = 19;
    private static final int NEW_ADDRESS = 20;

    private static final int LINK_HEAD_BYTES = 16;
    private static final int LINK_MAC = 1;
    private static final int LINK_NAME = 3;
    private static final int LINK_MASTER = 10;
    private static final int LINK_INFO = 18;
    private static final int LINK_ALIAS = 20;
    private static final int LINK_NAMESPACE_DESCRIPTOR = 28;
    private static final int INFO_KIND = 1;
    private static final int INFO_DATA = 2;
    private static final int BRIDGE_FORWARD_DELAY = 1;
    private static final int BRIDGE_STP_STATE = 5;
    private static final int BRIDGE_MULTICAST_SNOOPING = 23;
    private static final int VETH_PEER = 1;

    private static final int ADDRESS_HEAD_BYTES = 8;
    private static final byte FAMILY_IPV4 = 2;
    private static final int ADDRESS_REMOTE = 1;
    private static final int ADDRESS_LOCAL = 2;

    private static final byte[] NOTHING = {};
    private static final byte[] OFF = {0};

    private final Netlink netlink;

    /** Changes over a socket of the caller's. */
    LinkChanges(Netlink netlink) {
        this.netlink = netlink;
    }

    /**
     * Carries out one command.
     *
     * @throws HostException when the kernel refuses it
     */
    void apply(LinkCommand command) {
        switch (command) {
            case LinkCommand.AddBridge bridge -> addBridge(bridge);
            case LinkCommand.AddVeth veth -> addVeth(veth);
            case LinkCommand.AddTap tap -> addTap(tap);
            case LinkCommand.SetMaster port ->
                set(
                        port.name(),
                        "make it a port of " + port.master(),
                        head(0),
                        request -> request.number(LINK_MASTER, indexOf(port.master())));
            case LinkCommand.SetUp link ->
                set(link.name(), "set " + link.name() + " up", head(LinkMessages.UP), _ -> {});
            case LinkCommand.SetMac link ->
                set(link.name(), "give it an address", head(0), request -> request.bytes(LINK_MAC, parse(link.mac())));
            case LinkCommand.AddAddress address -> addAddress(address);
        }
    }

    private static byte[] parse(String mac) {
        return HexFormat.ofDelimiter(":").parseHex(mac);
    }

    private void addBridge(LinkCommand.AddBridge bridge) {
        NetlinkRequest request = new NetlinkRequest(head(0))
                .text(LINK_NAME, bridge.name())
                .nested(
                        LINK_INFO,
                        NOTHING,
                        information -> information
                                .text(INFO_KIND, "bridge")
                                .nested(
                                        INFO_DATA,
                                        NOTHING,
                                        data -> data.number(BRIDGE_STP_STATE, 0)
                                                .number(BRIDGE_FORWARD_DELAY, 0)
                                                .bytes(BRIDGE_MULTICAST_SNOOPING, OFF)));
        bridge.mac().ifPresent(mac -> request.bytes(LINK_MAC, parse(mac)));
        add(bridge.name(), "bridge", bridge.alias(), request);
    }

    private void addVeth(LinkCommand.AddVeth veth) {
        Path peerNamespace = InNamespace.DIRECTORY.resolve(veth.peerNamespace());
        try (OpenFile namespace = OpenFile.open(peerNamespace, OpenFlags.READ_ONLY)) {
            NetlinkRequest request = new NetlinkRequest(head(0))
                    .text(LINK_NAME, veth.name())
                    .nested(
                            LINK_INFO,
                            NOTHING,
                            information -> information
                                    .text(INFO_KIND, "veth")
                                    .nested(
                                            INFO_DATA,
                                            NOTHING,
                                            data -> data.nested(
                                                    VETH_PEER,
                                                    head(0),
                                                    peer -> peer.text(LINK_NAME, veth.peerName())
                                                            .number(
                                                                    LINK_NAMESPACE_DESCRIPTOR,
                                                                    namespace.descriptor()))));
            add(veth.name(), "veth", veth.alias(), request);
        }
    }

    /** The alias takes a message of its own: the kernel ignores one in the message that makes a link. */
    private void add(String name, String kind, String alias, NetlinkRequest request) {
        int errno = netlink.create(NEW_LINK, request.toBytes()).errno();
        if (errno == Errno.EEXIST) {
            requireOurs(name, kind, Optional.of(alias));
        } else if (errno != 0) {
            throw Errno.failure("cannot make the " + kind + " " + name, errno);
        }
        set(name, "mark " + name, head(0), mark -> mark.text(LINK_ALIAS, alias));
    }

    private void addTap(LinkCommand.AddTap tap) {
        if (LinkMessages.find(tap.name()).isPresent()) {
            requireOurs(tap.name(), "tun", Optional.empty());
        } else {
            TapDevice.create(tap.name(), tap.ownerUid());
        }
    }

    private void requireOurs(String name, String kind, Optional<String> alias) {
        LinkFacts present = LinkMessages.find(name)
                .orElseThrow(() ->
                        new HostException("cannot make the " + kind + " " + name + ": its other end's name is taken"));
        boolean foreignAlias = present.alias().isPresent() && !present.alias().equals(alias);
        if (!present.kind().equals(kind) || foreignAlias) {
            throw new HostException("the link " + name + " exists already and is not ours: kind " + present.kind()
                    + ", alias " + present.alias().orElse("none"));
        }
    }

    private void set(String name, String what, byte[] head, Consumer<NetlinkRequest> attributes) {
        NetlinkRequest request = new NetlinkRequest(head).text(LINK_NAME, name);
        attributes.accept(request);
        requireSuccess(netlink.ask(SET_LINK, request.toBytes()), "cannot " + what);
    }

    /** Replacing, because adding an address that is there fails. */
    private void addAddress(LinkCommand.AddAddress address) {
        Matcher cidr = CIDR.matcher(address.cidr());
        if (!cidr.matches()) {
            throw new IllegalArgumentException("not an address with a prefix length: " + address.cidr());
        }
        ByteBuffer head = ByteBuffer.allocate(ADDRESS_HEAD_BYTES).order(ByteOrder.nativeOrder());
        head.put(FAMILY_IPV4).put(Byte.parseByte(cidr.group(2))).putInt(4, indexOf(address.name()));
        byte[] bytes = ipv4(cidr.group(1));
        NetlinkRequest request =
                new NetlinkRequest(head.array()).bytes(ADDRESS_LOCAL, bytes).bytes(ADDRESS_REMOTE, bytes);
        requireSuccess(
                netlink.replace(NEW_ADDRESS, request.toBytes()),
                "cannot give " + address.name() + " the address " + address.cidr());
    }

    private static byte[] ipv4(String text) {
        try {
            return Inet4Address.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IPv4 address: " + text, e);
        }
    }

    private int indexOf(String name) {
        return LinkMessages.findIndex(netlink, name).orElseThrow(() -> new HostException("there is no link " + name));
    }

    private static void requireSuccess(Netlink.Answer answer, String whatFailed) {
        if (answer.errno() != 0) {
            throw Errno.failure(whatFailed, answer.errno());
        }
    }

    /** {@code struct ifinfomsg}, for a link that is named in an attribute. */
    private static byte[] head(int flagsToSet) {
        ByteBuffer head = ByteBuffer.allocate(LINK_HEAD_BYTES).order(ByteOrder.nativeOrder());
        return head.putInt(8, flagsToSet).putInt(12, flagsToSet).array();
    }
}
