package io.sistemo.server;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.sistemo.access.Callers;
import io.sistemo.access.WebBoundary;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.ExecFrame;
import java.time.Duration;

/**
 * The HTTP API: listens between {@link #start} and {@link #close}.
 *
 * <p>Each request has a virtual thread and may block. Buffers and limits are kept small, because the daemon is idle for most
 * of its life and shall take little memory then.
 */
public final class ApiServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 1024;
    private static final int MAX_CONCURRENT_REQUESTS = 512;
    private static final int BACKLOG = 256;
    private static final int BUFFER_BYTES = 8 << 10;
    private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);

    private final Gate gate;
    private final WebServer server;

    /** Makes the server; nothing listens yet. */
    public ApiServer(ApiSettings settings, Services services, Callers callers) {
        JsonExchange json = new JsonExchange();
        this.gate = new Gate(new WebBoundary(settings.allowedHosts()), json);
        WsConfig sockets = WsConfig.builder()
                .maxFrameLength(ExecFrame.MAX_PAYLOAD_BYTES + 1)
                .build();
        ServerConnectionSelector http = Http1ConnectionSelector.builder()
                .config(Http1Config.create())
                .addUpgrader(new ExecUpgrader(sockets, gate, services.machines()))
                .build();
        this.server = WebServer.builder()
                .address(settings.address())
                .port(settings.port())
                .backlog(BACKLOG)
                // Or a command's exit code waits for the acknowledgement of its last output.
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addProtocol(sockets)
                .addConnectionSelector(new CallerSelector(http, callers))
                .maxTcpConnections(MAX_CONNECTIONS)
                .maxConcurrentRequests(MAX_CONCURRENT_REQUESTS)
                .idleConnectionTimeout(IDLE_CONNECTION)
                .writeBufferSize(BUFFER_BYTES)
                // Files of volumes have any size; what else is sent is bounded where it is read, and by the gate.
                .maxPayloadSize(-1)
                .shutdownGracePeriod(settings.stopGrace())
                .directHandlers(directHandlers(json))
                .addRouting(routing(services, json))
                .addRouting(WsRouting.builder()
                        .endpoint("/api/v1/machines/{id}/exec/stream", () -> new ExecSession(services, json)))
                .build();
    }

    /**
     * Begins to listen.
     *
     * @throws RuntimeException when the address or the port cannot be had
     */
    public void start() {
        server.start();
    }

    /** The port that is listened on. */
    public int port() {
        return server.port();
    }

    /** From now on new requests to the API are answered by 503 and Retry-After; those in flight go on. */
    public void refuseNewRequests() {
        gate.close();
    }

    /** Ends everything that is in flight, after the grace, and listens no more. */
    @Override
    public void close() {
        gate.close();
        server.stop();
    }

    private HttpRouting.Builder routing(Services services, JsonExchange json) {
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(gate);
        routing.error(Throwable.class, (request, response, thrown) -> json.send(response, Failure.of(thrown)));
        register(routing, services, json);
        routing.any((request, response) -> {
            throw new FailedRequest(
                    ErrorCode.NOT_FOUND,
                    "There is no route " + request.path().absolute().path() + ".");
        });
        return routing;
    }

    /** Every route there is. */
    static void register(HttpRules routing, Services services, JsonExchange json) {
        OperationAnswers operations = new OperationAnswers(services.operations(), json);
        new MachineRoutes(services.machines(), operations, json).register(routing);
        new ForwardRoutes(services.machines(), operations, json).register(routing);
        new ExecRoutes(services, json).register(routing);
        new VolumeRoutes(services.volumes(), services.machines(), operations, json).register(routing);
        new VolumeTransferRoutes(services.volumes(), operations, json).register(routing);
        new NetworkRoutes(services.networks(), operations, json).register(routing);
        new ImageRoutes(services.images(), operations, json).register(routing);
        new OperationRoutes(services.operations(), json).register(routing);
        new SystemRoutes(services.daemon(), json).register(routing);
    }

    /** What the library answers itself, before any route, has our form too. */
    private static DirectHandlers directHandlers(JsonExchange json) {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, new JsonDirectHandler(json));
        }
        return handlers.build();
    }

    /** A failure of the library as JSON. */
    private record JsonDirectHandler(JsonExchange json) implements DirectHandler {
        @Override
        public TransportResponse handle(
                TransportRequest request,
                EventType type,
                Status status,
                ServerResponseHeaders headers,
                String message) {
            Failure failure = Failure.ofStatus(status.code(), message, new IllegalStateException(message));
            return TransportResponse.builder()
                    .status(Status.create(failure.code().status()))
                    .headers(headers)
                    .header(HeaderNames.CONTENT_TYPE, "application/json")
                    .entity(json.write(failure.body()))
                    .keepAlive(false)
                    .build();
        }
    }
}
