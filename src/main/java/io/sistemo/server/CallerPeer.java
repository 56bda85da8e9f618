package io.sistemo.server;

import io.helidon.common.socket.PeerInfo;
import io.sistemo.access.Caller;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Optional;

/**
 * The other end of a connection, with who it is: this is how what was found out once reaches every request.
 *
 * @param peer the end as the server library sees it
 * @param caller who it is, if it may call without credentials
 */
record CallerPeer(PeerInfo peer, Optional<Caller> caller) implements PeerInfo {
    @Override
    public SocketAddress address() {
        return peer.address();
    }

    @Override
    public String host() {
        return peer.host();
    }

    @Override
    public int port() {
        return peer.port();
    }

    @Override
    public Optional<Principal> tlsPrincipal() {
        return peer.tlsPrincipal();
    }

    @Override
    public Optional<Certificate[]> tlsCertificates() {
        return peer.tlsCertificates();
    }
}
