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

/** One machine's namespace with its links and its packet filter: whole before the VMM starts, gone with the namespace. */
public final class MachineNetwork implements HostResource {
    private static final String FAR_LINK = "eth0";
    private static final String INNER_BRIDGE = "br0";

    private final Host host;
    private final MachineWiring wiring;

    /** The network of one machine on a host. */
    public MachineNetwork(Host host, MachineWiring wiring) {
        this.host = host;
        this.wiring = wiring;
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
        boolean linked = near.filter(this::isWhole).isPresent();
        return linked && isFiltered() ? Observation.PRESENT : Observation.PARTIAL;
    }

    private boolean isWhole(LinkFacts link) {
        return link.up()
                && link.alias().equals(Optional.of(wiring.mark()))
                && link.master().equals(Optional.of(wiring.network().bridge()));
    }

    /** The filter is applied last, so that its presence says that all before it was done. */
    private boolean isFiltered() {
        return host.packetFilter()
                .findTable(Optional.of(wiring.namespace()), MachineFilter.FAMILY, MachineFilter.TABLE)
                .filter(table -> table.comment().equals(wiring.mark()))
                .isPresent();
    }

    @Override
    public void ensure() {
        Optional<String> inside = Optional.of(wiring.namespace());
        host.namespaces().add(wiring.namespace());
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
