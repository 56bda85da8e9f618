package io.sistemo.host;

import java.net.InetSocketAddress;
import java.util.OptionalLong;

/** Who is on the other end of a TCP connection within this host. */
public interface SocketTable {
    /**
     * The user whose socket is the other end of an established connection. Empty when there is no such socket or it is
     * closing: a client that sends and closes at once has no user, and must not be taken for root.
     *
     * @param peer the other end's address
     * @param local our end's address
     * @throws HostException when the table cannot be read
     */
    OptionalLong uidOf(InetSocketAddress peer, InetSocketAddress local);
}
