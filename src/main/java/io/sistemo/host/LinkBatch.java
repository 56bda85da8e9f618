package io.sistemo.host;

import java.util.List;
import java.util.regex.Pattern;

/** The lines of an {@code ip -batch}. Pure. */
final class LinkBatch {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9:./_-]{1,200}");

    private LinkBatch() {}

    static String render(List<LinkCommand> commands) {
        StringBuilder lines = new StringBuilder();
        commands.forEach(command -> lines.append(render(command)));
        return lines.toString();
    }

    private static String render(LinkCommand command) {
        return switch (command) {
            case LinkCommand.AddBridge bridge ->
                "link add name " + name(bridge.name()) + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0\n"
                        + alias(bridge.name(), bridge.alias());
            case LinkCommand.AddVeth veth ->
                "link add name " + name(veth.name()) + " type veth peer name " + name(veth.peerName()) + " netns "
                        + word(veth.peerNamespace()) + "\n" + alias(veth.name(), veth.alias());
            case LinkCommand.AddTap tap ->
                "tuntap add dev " + name(tap.name()) + " mode tap vnet_hdr user " + tap.ownerUid() + "\n";
            case LinkCommand.SetMaster port -> set(port.name()) + "master " + name(port.master()) + "\n";
            case LinkCommand.SetUp link -> set(link.name()) + "up\n";
            case LinkCommand.SetMac link -> set(link.name()) + "address " + word(link.mac()) + "\n";
            // "replace", because adding an address that is there fails.
            case LinkCommand.AddAddress address ->
                "address replace " + word(address.cidr()) + " dev " + name(address.name()) + "\n";
        };
    }

    /** What is left to do for a link that is there already. */
    static String renderPresent(LinkCommand command) {
        return switch (command) {
            case LinkCommand.AddBridge bridge -> alias(bridge.name(), bridge.alias());
            case LinkCommand.AddVeth veth -> alias(veth.name(), veth.alias());
            case LinkCommand.AddTap _ -> "";
            case LinkCommand.SetMaster _, LinkCommand.SetUp _, LinkCommand.SetMac _, LinkCommand.AddAddress _ ->
                render(command);
        };
    }

    private static String set(String name) {
        return "link set dev " + name(name) + " ";
    }

    /** A line of its own: the kernel ignores an alias in the message that makes a link. */
    private static String alias(String name, String alias) {
        return set(name) + "alias " + word(alias) + "\n";
    }

    private static String name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not an interface name: " + name);
        }
        return name;
    }

    /** Refuses what could end a word or a line of the batch. */
    private static String word(String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException("not a word of a batch: " + word);
        }
        return word;
    }
}
