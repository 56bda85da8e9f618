package io.sistemo.host;

import java.util.Optional;
import java.util.regex.Pattern;

/** A change of one link. Each is idempotent. What is no interface's name is refused with an IllegalArgumentException. */
public sealed interface LinkCommand {
    /**
     * A bridge without spanning tree, forward delay and multicast snooping; then its alias.
     *
     * @param mac the address that it is made with, lower case with colons; one that is there keeps its own
     */
    record AddBridge(String name, String alias, Optional<String> mac) implements LinkCommand {
        /** Checks the name. */
        public AddBridge {
            Names.require(name);
        }

        /** One with any address. */
        public AddBridge(String name, String alias) {
            this(name, alias, Optional.empty());
        }
    }

    /** A pair of connected links, the peer in another namespace; then the alias of the near one. */
    record AddVeth(String name, String peerName, String peerNamespace, String alias) implements LinkCommand {
        /** Checks the names. */
        public AddVeth {
            Names.require(name);
            Names.require(peerName);
            Names.require(peerNamespace);
        }
    }

    /** A tap with virtio network headers, which that user may open. */
    record AddTap(String name, long ownerUid) implements LinkCommand {
        /** Checks the name. */
        public AddTap {
            Names.require(name);
        }
    }

    /** Makes a link a port of a bridge. */
    record SetMaster(String name, String master) implements LinkCommand {
        /** Checks the names. */
        public SetMaster {
            Names.require(name);
            Names.require(master);
        }
    }

    /** Sets a link administratively up. */
    record SetUp(String name) implements LinkCommand {
        /** Checks the name. */
        public SetUp {
            Names.require(name);
        }
    }

    /** Sets a link's own address, lower case with colons. */
    record SetMac(String name, String mac) implements LinkCommand {
        /** Checks the name. */
        public SetMac {
            Names.require(name);
        }
    }

    /** Gives a link an address with a prefix length, as {@code 10.200.0.1/16}. */
    record AddAddress(String name, String cidr) implements LinkCommand {
        /** Checks the name. */
        public AddAddress {
            Names.require(name);
        }
    }

    /** The rule for names: as the kernel's, but also fit to be a file's name and a word of a command line. */
    final class Names {
        private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");

        private Names() {}

        private static void require(String name) {
            if (!VALID.matcher(name).matches()) {
                throw new IllegalArgumentException("not an interface name: " + name);
            }
        }
    }
}
