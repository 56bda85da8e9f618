package io.sistemo.network;

import io.sistemo.host.RouteFacts;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.operation.UserText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which addresses a new network can have. Pure. */
final class SubnetChoice {
    private static final int FREE_PREFIX = 24;
    private static final int FIRST_FREE = 201;
    private static final int LAST_FREE = 254;
    private static final int OCTETS = 256;
    /** A default route may be written as its two halves, which leave all of it for whoever wants it. */
    private static final int SHORTEST_TAKEN = 2;

    /** What no machine can have, by RFC 6890: this network, loopback, link-local, multicast and what is beyond. */
    private static final List<Subnet> UNUSABLE =
            List.of(Subnet.parse("0.0.0.0/8"), Subnet.parse("127.0.0.0/8"), Subnet.parse("169.254.0.0/16"));

    private static final long FIRST_MULTICAST = Ipv4.parse("224.0.0.0").value();

    private final List<Network> networks;
    private final List<RouteFacts> routes;

    /**
     * A choice among what is left.
     *
     * @param networks every network that has a row
     * @param routes of the host
     */
    SubnetChoice(List<Network> networks, List<RouteFacts> routes) {
        Set<String> bridges = networks.stream().map(Network::bridge).collect(Collectors.toSet());
        this.networks = List.copyOf(networks);
        this.routes = routes.stream()
                .filter(route -> route.prefixLength() >= SHORTEST_TAKEN && !bridges.contains(route.link()))
                .toList();
    }

    /**
     * The one that a user asks for.
     *
     * @throws Refusal BAD_INPUT when it is none, IN_USE when somebody has a part of it
     */
    Subnet require(String asked) {
        Subnet subnet = parse(asked);
        if (UNUSABLE.stream().anyMatch(subnet::overlaps) || subnet.lastMachine().value() >= FIRST_MULTICAST) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "Machines cannot have addresses in " + subnet + ": choose one like 10.201.0.0/24.");
        }
        Optional<String> holder = holder(subnet);
        if (holder.isPresent()) {
            throw new Refusal(
                    RefusalCode.IN_USE,
                    "The subnet " + subnet + " overlaps with " + holder.get()
                            + ": choose another one, or none and a free one is taken.");
        }
        return subnet;
    }

    /**
     * Checks the form alone.
     *
     * @throws Refusal BAD_INPUT
     */
    static Subnet parse(String asked) {
        try {
            return Subnet.parse(asked);
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "The subnet '" + UserText.shown(asked) + "' cannot be: " + reason(e) + ".",
                    e);
        }
    }

    /** What the parser quotes is the user's text. */
    private static String reason(IllegalArgumentException e) {
        return UserText.shown(String.valueOf(e.getMessage()));
    }

    /**
     * One that nobody has a part of: the first of 10.201.0.0/24, 10.202.0.0/24 and so on to 10.254.0.0/24, then of those with 1 in
     * the third place.
     *
     * @throws Refusal IMPOSSIBLE when there is none
     */
    Subnet free() {
        for (int third = 0; third < OCTETS; third++) {
            for (int second = FIRST_FREE; second <= LAST_FREE; second++) {
                Subnet subnet = Subnet.parse("10." + second + "." + third + ".0/" + FREE_PREFIX);
                if (holder(subnet).isEmpty()) {
                    return subnet;
                }
            }
        }
        throw new Refusal(
                RefusalCode.IMPOSSIBLE,
                "No subnet from 10." + FIRST_FREE + ".0.0/24 to 10." + LAST_FREE
                        + ".255.0/24 is free beside the host's routes: name one with --subnet.");
    }

    /** Who has a part of some addresses, for the end of a sentence. */
    private Optional<String> holder(Subnet subnet) {
        return networks.stream()
                .filter(network -> subnet.overlaps(network.subnet()))
                .map(network -> "the network " + network.name() + ", which has " + network.subnet())
                .findFirst()
                .or(() -> routes.stream()
                        .filter(route -> subnet.overlaps(Ipv4.parse(route.address()), route.prefixLength()))
                        .map(route -> route.address() + "/" + route.prefixLength() + ", which the host reaches"
                                + (route.link().isEmpty() ? " by a route" : " at " + route.link()))
                        .findFirst());
    }
}
