package io.sistemo.server;

import io.sistemo.access.Callers;
import io.sistemo.host.SocketTable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/** The real server on a free port, in front of fakes. */
final class RunningApi implements AutoCloseable {
    final FakeOperations operations = new FakeOperations();
    final FakeMachines machines = new FakeMachines(operations);
    final FakeVolumes volumes = new FakeVolumes(operations);
    final FakeNetworks networks = new FakeNetworks(operations);
    final FakeGuests guests = new FakeGuests();
    final FakeDaemon daemon = new FakeDaemon();
    final ApiServer server;
    final HttpClient client = HttpClient.newHttpClient();
    volatile OptionalLong uid = OptionalLong.of(0);

    /** Takes {@link #uid} for every caller. */
    RunningApi() {
        server = start(new Callers((peer, local) -> uid, 1000));
    }

    /** Asks a table who calls. */
    RunningApi(SocketTable table, long ownerUid) {
        server = start(new Callers(table, ownerUid));
    }

    private ApiServer start(Callers callers) {
        Services services =
                new Services(machines, volumes, networks, new FakeImages(operations), operations, guests, daemon);
        ApiSettings settings =
                new ApiSettings(InetAddress.getLoopbackAddress(), 0, Set.of("box.example"), Duration.ofSeconds(1));
        ApiServer started = new ApiServer(settings, services, callers);
        started.start();
        return started;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        AnswerCheck.require(answer);
        return answer;
    }

    /** What the server answers to bytes as they are, to the end of the connection. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
    }
}
