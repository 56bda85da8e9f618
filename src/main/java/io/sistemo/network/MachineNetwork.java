package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.LinkCommand;
import io.sistemo.host.LinkFacts;
import io.sistemo.host.NamespaceFacts;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.host.TableFacts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One machine's namespace with its links and its packet filter: whole before the VMM starts, gone with the namespace. */
public final class MachineNetwork implements HostResource {
    private static final String FAR_LINK = "eth0";
    private static final String INNER_BRIDGE = "br0";

    private final Host host;
    private final MachineWiring wiring;
    private final Optional<ProcessIdentity> vmm;

    /**
     * The network of one machine on a host.
     *
     * @param vmm who is in its namespace, and can give the namespace its name back when that was taken away
     */
    public MachineNetwork(Host host, MachineWiring wiring, Optional<ProcessIdentity> vmm) {
        this.host = host;
        this.wiring = wiring;
        this.vmm = vmm;
    }

    /** Names a machine's network in the ledger. */
    public static ResourceKey key(String shortId) {
        return new ResourceKey(ClaimKind.MACHINE_NETWORK, "sv-" + shortId);
    }

    @Override
    public ResourceKey key() {
        return key(wiring.shortId());
    }

    @Override
    public Observation observe() {
        Optional<LinkFacts> near = host.links().find(Optional.empty(), wiring.hostLink());
        if (!host.namespaces().exists(wiring.namespace())) {
            return near.isPresent() ? Observation.PARTIAL : Observation.ABSENT;
        }
        if (near.isEmpty()) {
            return Observation.PARTIAL;
        }
        return fault(wiring.network().bridge(), wiring.mark(), near, inside()).isEmpty()
                ? Observation.PRESENT
                : Observation.PARTIAL;
    }

    private NamespaceFacts inside() {
        String namespace = wiring.namespace();
        return Optional.ofNullable(inspect(host, List.of(namespace)).get(namespace))
                .orElseThrow(() -> new HostException("the network namespace " + namespace + " cannot be looked into"));
    }

    /** Looks into the namespaces of many machines; those that cannot be looked into are left out. */
    public static Map<String, NamespaceFacts> inspect(Host host, Collection<String> namespaces) {
        return host.namespaces().inspect(namespaces, MachineFilter.FAMILY, MachineFilter.TABLE);
    }

    /**
     * What is wrong with a machine's network, for the end of a sentence. Pure.
     *
     * @param bridge of its network
     * @param mark what our links and tables carry
     * @param near the link on the host
     * @param inside what is in its namespace
     */
    public static Optional<String> fault(String bridge, String mark, Optional<LinkFacts> near, NamespaceFacts inside) {
        if (near.isEmpty()) {
            return Optional.of("its link on the host is gone");
        }
        if (!near.get().alias().equals(Optional.of(mark)) || !isPort(near, bridge)) {
            return Optional.of("its link on the host is not a port of " + bridge);
        }
        boolean linked = inside.link(INNER_BRIDGE).filter(LinkFacts::up).isPresent()
                && isPort(inside.link(FAR_LINK), INNER_BRIDGE)
                && isPort(inside.link(MachineWiring.TAP), INNER_BRIDGE);
        if (!linked) {
            return Optional.of("a link in its namespace is gone");
        }
        // Applied last, so that its presence says that all before it was done.
        boolean filtered = inside.table().map(TableFacts::comment).equals(Optional.of(mark));
        return filtered ? Optional.empty() : Optional.of("the packet filter in its namespace is gone");
    }

    private static boolean isPort(Optional<LinkFacts> link, String bridge) {
        return link.filter(LinkFacts::up).flatMap(LinkFacts::master).equals(Optional.of(bridge));
    }

    /** Whether a VMM has the tap of a namespace open. A tap that was deleted and made again is another one. */
    public static boolean isTapOpen(NamespaceFacts inside) {
        return inside.link(MachineWiring.TAP).filter(LinkFacts::carrier).isPresent();
    }

    /** The same, looked at now. */
    public boolean isTapOpen() {
        return isTapOpen(inside());
    }

    @Override
    public void ensure() {
        Optional<String> inside = Optional.of(wiring.namespace());
        vmm.filter(host.processes()::alive)
                .ifPresentOrElse(
                        process -> host.namespaces().nameAgain(wiring.namespace(), process),
                        () -> host.namespaces().add(wiring.namespace()));
        host.links()
                .apply(
                        Optional.empty(),
                        List.of(
                                new LinkCommand.AddVeth(wiring.hostLink(), FAR_LINK, wiring.namespace(), wiring.mark()),
                                new LinkCommand.SetMaster(
                                        wiring.hostLink(), wiring.network().bridge()),
                                new LinkCommand.SetUp(wiring.hostLink())));
        host.links()
                .apply(
                        inside,
                        List.of(
                                new LinkCommand.AddBridge(INNER_BRIDGE, wiring.mark()),
                                new LinkCommand.AddTap(MachineWiring.TAP, wiring.vmmUid()),
                                new LinkCommand.SetMaster(FAR_LINK, INNER_BRIDGE),
                                new LinkCommand.SetUp(FAR_LINK),
                                new LinkCommand.SetMaster(MachineWiring.TAP, INNER_BRIDGE),
                                new LinkCommand.SetUp(MachineWiring.TAP),
                                new LinkCommand.SetUp(INNER_BRIDGE)));
        boolean isReplaced = host.packetFilter()
                .findTable(inside, MachineFilter.FAMILY, MachineFilter.TABLE)
                .isPresent();
        host.packetFilter()
                .apply(inside, isReplaced ? MachineFilter.renderReplacement(wiring) : MachineFilter.render(wiring));
    }

    /** The near link first: the kernel takes the links of a deleted namespace away only later. */
    @Override
    public void release() {
        host.links().delete(Optional.empty(), wiring.hostLink());
        host.namespaces().delete(wiring.namespace());
    }
}
