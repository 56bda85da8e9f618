package io.sistemo.machine;

import io.sistemo.access.Callers;
import io.sistemo.image.ImageService;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.server.ApiServer;
import io.sistemo.server.ApiSettings;
import io.sistemo.server.DaemonFacts;
import io.sistemo.server.Services;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real server in front of a world's machines, and a client of it. */
final class HttpDoor implements Door, AutoCloseable {
    private final ApiServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    HttpDoor(MachineWorld world) {
        Services services = new Services(
                world.machines(),
                world.volumes(),
                world.daemon().networks(),
                unused(ImageService.class),
                world.daemon().operations(),
                world.guests,
                unused(DaemonFacts.class));
        server = new ApiServer(
                new ApiSettings(InetAddress.getLoopbackAddress(), 0, Set.of(), Duration.ofSeconds(1)),
                services,
                new Callers((_, _) -> OptionalLong.of(0), 0));
        server.start();
    }

    /** What no request here comes to. */
    private static <T> T unused(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, _) -> {
            throw new UnsupportedOperationException(method.getName());
        }));
    }

    @Override
    public OperationId ask(String name, MachineModel.Action action) {
        String machine = "/api/v1/machines/" + name;
        HttpRequest.Builder request = switch (action) {
            case DEPLOY ->
                at("/api/v1/machines")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"name\":\"" + name + "\",\"image\":\"" + MachineWorld.IMAGE + "\"}"));
            case START, STOP, RESTART ->
                at(machine + "/" + action.name().toLowerCase(Locale.ROOT)).POST(HttpRequest.BodyPublishers.noBody());
            case DELETE -> at(machine).DELETE();
        };
        return new OperationId(UUID.fromString(
                field(send(request.header("Prefer", "respond-async")), "id").orElseThrow()));
    }

    @Override
    public void cancel(OperationId id) {
        send(at("/api/v1/operations/" + id).DELETE());
    }

    @Override
    public MachineModel.Seen.Looked look(String name) {
        String machine = send(at("/api/v1/machines/" + name).GET());
        return new MachineModel.Seen.Looked(
                field(machine, "status").map(status -> MachineStatus.valueOf(status.toUpperCase(Locale.ROOT))),
                field(machine, "maintenance_operation"));
    }

    /** Where it listens. */
    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** A connection on which a test says what it likes. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    /** The body of a success; a failure is the refusal that it tells of. */
    private String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() < 300) {
                return response.body();
            }
            throw new Refusal(
                    RefusalCode.valueOf(field(response.body(), "code")
                            .orElseThrow(() -> new AssertionError(response + response.body()))
                            .toUpperCase(Locale.ROOT)),
                    response.body());
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for an answer", e);
        }
    }

    /** The first field of a name; a null is none. */
    private static Optional<String> field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
    }
}
