package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import io.sistemo.host.LinkCommand;
import io.sistemo.host.LinkFacts;
import java.util.List;
import java.util.Optional;

/** A network's bridge, with the gateway's address. */
public final class Bridge implements HostResource {
    private static final String FORWARDING = "net.ipv4.ip_forward";
    private static final String ASK_AGAIN_MILLIS = "100";

    private final Host host;
    private final String mark;
    private final Network network;

    /**
     * The bridge of a network.
     *
     * @param mark what the link carries as its alias
     */
    public Bridge(Host host, String mark, Network network) {
        this.host = host;
        this.mark = mark;
        this.network = network;
    }

    /** Names a network's bridge in the ledger. */
    static ResourceKey key(Network network) {
        return new ResourceKey(ClaimKind.BRIDGE, network.bridge());
    }

    @Override
    public ResourceKey key() {
        return key(network);
    }

    @Override
    public Observation observe() {
        Optional<LinkFacts> link = host.links().find(Optional.empty(), network.bridge());
        if (link.isEmpty()) {
            return Observation.ABSENT;
        }
        if (isUnmarkedRemnant(link.get())) {
            return Observation.PARTIAL;
        }
        if (!link.get().alias().equals(Optional.of(mark))) {
            return new Observation.Unknown("the link " + network.bridge() + " is not ours"
                    + link.get().alias().map(alias -> " but of " + alias).orElse(""));
        }
        return link.get().up() && isSet(noIpv6()) && isSet(FORWARDING) ? Observation.PRESENT : Observation.PARTIAL;
    }

    /**
     * What a death between the making of the link and its marking leaves, which is down and has our address already. Somebody
     * else's bridge without an alias has another.
     */
    private boolean isUnmarkedRemnant(LinkFacts link) {
        return link.alias().isEmpty()
                && !link.up()
                && link.kind().equals("bridge")
                && link.mac().equals(mac());
    }

    /** Its own: else it is that of some port, and guests lose the gateway as machines come and go. */
    private String mac() {
        return network.subnet().gateway().macAddress();
    }

    private boolean isSet(String key) {
        return host.sysctls().read(key).equals(Optional.of("1"));
    }

    private String noIpv6() {
        return "net.ipv6.conf." + network.bridge() + ".disable_ipv6";
    }

    @Override
    public void ensure() {
        Subnet subnet = network.subnet();
        host.links()
                .apply(
                        Optional.empty(),
                        List.of(
                                new LinkCommand.AddBridge(network.bridge(), mark, Optional.of(mac())),
                                new LinkCommand.SetMac(network.bridge(), mac()),
                                new LinkCommand.AddAddress(
                                        network.bridge(), subnet.gateway() + "/" + subnet.prefixLength())));
        // Before it is up: else it has an IPv6 address for a moment.
        host.sysctls().write(noIpv6(), "1");
        host.sysctls().write(FORWARDING, "1");
        // A guest that just came up is found by the next question for its address; the kernel's usual pause is a
        // second.
        host.sysctls().write("net.ipv4.neigh." + network.bridge() + ".retrans_time_ms", ASK_AGAIN_MILLIS);
        host.links().apply(Optional.empty(), List.of(new LinkCommand.SetUp(network.bridge())));
    }

    @Override
    public void release() {
        host.links().delete(Optional.empty(), network.bridge());
    }
}
