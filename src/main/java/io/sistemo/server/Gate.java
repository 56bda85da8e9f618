package io.sistemo.server;

import io.helidon.common.socket.PeerInfo;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.sistemo.access.WebBoundary;
import io.sistemo.api.ErrorCode;
import java.util.Arrays;
import java.util.Optional;

/** What every request passes before its route: is the daemon open, may this page ask, may this user ask. */
final class Gate implements Filter {
    /** Everything below it needs a caller who is known. */
    private static final String PRIVATE = "/api/";

    private final WebBoundary boundary;
    private final JsonExchange json;
    private volatile boolean closed;

    Gate(WebBoundary boundary, JsonExchange json) {
        this.boundary = boundary;
        this.json = json;
    }

    /** From now on new requests are asked to come again later. */
    void close() {
        closed = true;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        Optional<Failure> objection = objection(request.path().path(), request.remotePeer(), request.headers());
        if (objection.isPresent()) {
            json.send(response, objection.get());
        } else if (isTooLarge(request)) {
            json.send(response, new Failure(ErrorCode.BODY_TOO_LARGE, "The body is larger than 1 MiB."));
        } else {
            chain.proceed();
        }
        if (response.isSent() && wantsToClose(request)) {
            // The library answers that it will close, and then waits for the next request.
            throw new CloseConnectionException("the client asked for it");
        }
        if (response.isSent() && leavesTooMuch(request)) {
            // The library would read it to its end, whenever that is.
            throw new CloseConnectionException("nobody reads the rest of the body");
        }
    }

    /** A body that nobody would read to its end; a smaller one is, so that its sender gets to see the answer. */
    private static boolean isTooLarge(RoutingRequest request) {
        return request.headers().contentLength().orElse(0)
                        > JsonExchange.MAX_BODY_BYTES + JsonExchange.MAX_DISCARDED_BYTES
                && !VolumeTransferRoutes.takesFile(request.path().path());
    }

    /** Whether there is more of the body than is worth reading to keep the connection. */
    private static boolean leavesTooMuch(RoutingRequest request) {
        if (!request.content().hasEntity() || request.content().consumed()) {
            return false;
        }
        long length = request.headers().contentLength().orElse(Long.MAX_VALUE);
        return length > JsonExchange.MAX_DISCARDED_BYTES || request.headers().contains(HeaderValues.EXPECT_100);
    }

    private static boolean wantsToClose(RoutingRequest request) {
        return request.headers().values(HeaderNames.CONNECTION).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
    }

    /** Why this request is refused, if it is. */
    Optional<Failure> objection(String path, PeerInfo peer, Headers headers) {
        Optional<String> foreign =
                boundary.objection(headers.first(HeaderNames.HOST), headers.first(HeaderNames.ORIGIN));
        if (foreign.isPresent()) {
            return Optional.of(new Failure(ErrorCode.FORBIDDEN, foreign.get()));
        }
        if (!path.startsWith(PRIVATE)) {
            return Optional.empty();
        }
        boolean known = peer instanceof CallerPeer caller && caller.caller().isPresent();
        if (!known) {
            return Optional.of(new Failure(
                    ErrorCode.UNAUTHENTICATED,
                    "Only root and the owner of the data directory may call this daemon. Use sudo."));
        }
        if (closed) {
            return Optional.of(new Failure(ErrorCode.UNAVAILABLE, "The daemon is stopping; try again."));
        }
        return Optional.empty();
    }
}
