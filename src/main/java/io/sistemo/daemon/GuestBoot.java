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

/** What each guest learns at its boot. */
final class GuestBoot implements BootArchives {
    private final String clientKeyLine;
    private final List<InetAddress> dnsServers;

    /**
     * Boots that let one client key in.
     *
     * @param clientKeyLine as in authorized_keys
     * @param dnsServers what guests ask for names, IPv4
     */
    GuestBoot(String clientKeyLine, List<String> dnsServers) {
        this.clientKeyLine = clientKeyLine;
        this.dnsServers =
                dnsServers.stream().map(Ipv4::parse).map(Ipv4::toInetAddress).toList();
    }

    @Override
    public byte[] render(Machine machine, Network network, Ipv4 address, Volume root) {
        return BootArchive.render(new BootSettings(
                machine.name(),
                BootSettings.hostnameFor(machine.name()),
                (Inet4Address) address.toInetAddress(),
                network.subnet().prefixLength(),
                (Inet4Address) network.subnet().gateway().toInetAddress(),
                dnsServers,
                UUID.fromString(root.filesystemUuid()),
                List.of(clientKeyLine),
                machine.hostKey(),
                Optional.empty()));
    }
}
