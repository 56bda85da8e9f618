package io.sistemo.host;

import java.net.InetAddress;
import java.util.List;

/** The host's own addresses and ports, in its own namespace. */
public interface Ports {
    /** A protocol that has ports. */
    enum Transport {
        /** Connections. */
        TCP,
        /** Single packets. */
        UDP
    }

    /**
     * The sockets that take what comes to a port: those that listen, or with UDP those that are not bound to one peer. What
     * ends or begins meanwhile may be missing.
     *
     * @throws HostException when the kernel's tables cannot be read
     */
    List<PortHolder> holders(Transport transport, int port);

    /** Whether packets for an IPv4 address are this host's: that of a link, or one of 127.0.0.0/8. */
    boolean isOfHost(InetAddress address);
}
