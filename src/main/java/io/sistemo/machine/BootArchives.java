package io.sistemo.machine;

import io.sistemo.network.Ipv4;
import io.sistemo.network.Network;
import io.sistemo.volume.Volume;

/** Renders what a machine's boot needs to know: address, name, keys. Pure. */
@FunctionalInterface
public interface BootArchives {
    /** The machine's own initramfs archive, which goes in front of the shared one. */
    byte[] render(Machine machine, Network network, Ipv4 address, Volume root);
}
