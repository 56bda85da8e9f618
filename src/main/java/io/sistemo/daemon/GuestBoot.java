package io.sistemo.daemon;

import io.sistemo.guest.BootArchive;
import io.sistemo.guest.BootSettings;
import io.sistemo.machine.BootArchives;
import io.sistemo.machine.Machine;
import io.sistemo.network.Ipv4;
import io.sistemo.network.Network;
import io.sistemo.volume.Volume;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** What each guest learns at its boot. */
final class GuestBoot implements BootArchives {
    private final String clientKeyLine;
    private final List<InetAddress> dnsServers;
    private final Predicate<Network> hasResolver;

    /**
     * Boots that let one client key in.
     *
     * @param clientKeyLine as in authorized_keys
     * @param dnsServers what guests ask for names, IPv4, where their network has no resolver
     * @param hasResolver whether a network has one, which its guests ask at their gateway
     */
    GuestBoot(String clientKeyLine, List<String> dnsServers, Predicate<Network> hasResolver) {
        this.clientKeyLine = clientKeyLine;
        this.dnsServers =
                dnsServers.stream().map(Ipv4::parse).map(Ipv4::toInetAddress).toList();
        this.hasResolver = hasResolver;
    }

    @Override
    public byte[] render(Machine machine, Network network, Ipv4 address, Volume root) {
        InetAddress gateway = network.subnet().gateway().toInetAddress();
        boolean isServed = hasResolver.test(network);
        return BootArchive.render(new BootSettings(
                machine.name(),
                BootSettings.hostnameFor(machine.name()),
                (Inet4Address) address.toInetAddress(),
                network.subnet().prefixLength(),
                (Inet4Address) gateway,
                isServed ? List.of(gateway) : dnsServers,
                isServed ? Optional.of(network.domain()) : Optional.empty(),
                UUID.fromString(root.filesystemUuid()),
                List.of(clientKeyLine),
                machine.hostKey(),
                Optional.empty()));
    }
}
