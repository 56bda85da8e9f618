package io.sistemo.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.sistemo.access.Caller;
import io.sistemo.access.Callers;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/** Finds out who calls, once for each connection and before anything of a request is read. */
final class CallerSelector implements ServerConnectionSelector {
    private final ServerConnectionSelector http;
    private final Callers callers;

    CallerSelector(ServerConnectionSelector http, Callers callers) {
        this.http = http;
        this.callers = callers;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        Optional<Caller> caller = context.remotePeer().address() instanceof InetSocketAddress peer
                        && context.localPeer().address() instanceof InetSocketAddress local
                ? callers.admit(peer, local)
                : Optional.empty();
        return http.connection(new CallerContext(context, new CallerPeer(context.remotePeer(), caller)));
    }
}
