package io.sistemo.host;

/** One line or a few of an {@code ip} batch. Each is idempotent. */
public sealed interface LinkCommand {
    /** A bridge without spanning tree, forward delay and multicast snooping; then its alias. */
    record AddBridge(String name, String alias) implements LinkCommand {}

    /** A pair of connected links, the peer in another namespace; then the alias of the near one. */
    record AddVeth(String name, String peerName, String peerNamespace, String alias) implements LinkCommand {}

    /** A tap with virtio network headers, which that user may open. */
    record AddTap(String name, long ownerUid) implements LinkCommand {}

    /** Makes a link a port of a bridge. */
    record SetMaster(String name, String master) implements LinkCommand {}

    /** Sets a link administratively up. */
    record SetUp(String name) implements LinkCommand {}

    /** Sets a link's own address, lower case with colons. */
    record SetMac(String name, String mac) implements LinkCommand {}

    /** Gives a link an address with a prefix length, as {@code 10.200.0.1/16}. */
    record AddAddress(String name, String cidr) implements LinkCommand {}
}
