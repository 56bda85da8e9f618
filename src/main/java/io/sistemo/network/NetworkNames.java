package io.sistemo.network;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.operation.UserText;
import java.util.Optional;

/** What networks and their bridges are called. Pure. */
final class NetworkNames {
    /** As long as an interface's name can be, see {@code IFNAMSIZ} of {@code linux/if.h}. */
    private static final int LONGEST_BRIDGE = 15;

    private static final String BRIDGE_PREFIX = "br-";
    private static final int LONGEST = 128;
    /** Without dots, which divide the names of kernel settings. */
    private static final String RULE = "[A-Za-z0-9][A-Za-z0-9_-]*";

    private NetworkNames() {}

    /**
     * A new network with checked names; its bridge is called {@code br-NAME} unless another name is asked for.
     *
     * @throws Refusal BAD_INPUT
     */
    static Network require(String name, Optional<String> askedBridge, Subnet subnet) {
        if (!name.matches(RULE) || name.length() > LONGEST) {
            throw refused("The name '" + UserText.shown(name)
                    + "' is not allowed for a network: use letters, digits, '-' or '_',"
                    + " beginning with a letter or digit.");
        }
        if (name.equals(Network.DEFAULT_BRIDGE)) {
            throw refused("A network cannot be called " + name + ", as the bridge of the default network is.");
        }
        int longest = LONGEST_BRIDGE - BRIDGE_PREFIX.length();
        if (askedBridge.isEmpty() && name.length() > longest) {
            throw refused("The name '" + UserText.shown(name) + "' is too long: its bridge is called " + BRIDGE_PREFIX
                    + "NAME, and an interface's name has at most " + LONGEST_BRIDGE + " characters, so use at most "
                    + longest
                    + ".");
        }
        return new Network(name, askedBridge.map(NetworkNames::requireBridge).orElse(BRIDGE_PREFIX + name), subnet);
    }

    /** Names of our own other links are not to be had. */
    private static String requireBridge(String bridge) {
        if (!bridge.matches(RULE) || bridge.length() > LONGEST_BRIDGE) {
            throw refused("A bridge cannot be called '" + UserText.shown(bridge) + "': use 1 to " + LONGEST_BRIDGE
                    + " letters, digits, '-' or '_', beginning with a letter or digit.");
        }
        if (bridge.startsWith("sv-") || bridge.startsWith("sistemo")) {
            throw refused("A bridge cannot be called " + bridge + ": names that begin with sv- or sistemo are for other"
                    + " links of ours.");
        }
        return bridge;
    }

    private static Refusal refused(String sentence) {
        return new Refusal(RefusalCode.BAD_INPUT, sentence);
    }
}
