package io.sistemo.server;

import static io.sistemo.server.ApiServerTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What does not get as far as the domain. */
@Timeout(60)
class RefusedRequestsTest {
    private static final String MACHINES = "/api/v1/machines";
    private static final String UPGRADE = """
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """;

    private RunningApi api;

    @BeforeEach
    void start() {
        api = new RunningApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void otherUsersAndUnknownPeers() throws Exception {
        for (OptionalLong uid : new OptionalLong[] {OptionalLong.empty(), OptionalLong.of(65534)}) {
            api.uid = uid;
            try (RunningApi other = new RunningApi()) {
                other.uid = uid;
                assertError(other.get(MACHINES), 401, "unauthenticated", "Only root");
                assertError(other.post(MACHINES, "{\"image\":\"debian\"}"), 401, "unauthenticated", "Only root");
                assertError(other.get("/api/v1/nosuch"), 401, "unauthenticated", "Only root");
                assertThat(other.get("/health").statusCode()).isEqualTo(200);
                assertThat(other.machines.deployed).isEmpty();
            }
        }
        try (RunningApi owned = new RunningApi()) {
            owned.uid = OptionalLong.of(1000);
            assertThat(owned.get(MACHINES).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void namesThatAreNotOurs() throws Exception {
        assertThat(api.raw("GET /api/v1/machines HTTP/1.1\nHost: evil.example:7777\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 403")
                .contains("\"code\":\"forbidden\"", "allowed_hosts");
        assertThat(api.raw("GET / HTTP/1.1\nHost: evil.example\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(api.raw("GET / HTTP/1.1\nConnection: close\n\n")).startsWith("HTTP/1.1 4");
        for (String host : new String[] {"localhost", "127.0.0.1:1", "[::1]:7777", "box.example"}) {
            assertThat(api.raw("GET /api/v1/machines HTTP/1.1\nHost: " + host + "\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void pagesThatAreNotOurs() throws Exception {
        String foreign = "http://evil.example";
        assertError(
                api.send(api.request(MACHINES + "/web/stop")
                        .header("Origin", foreign)
                        .POST(HttpRequest.BodyPublishers.noBody())),
                403,
                "forbidden",
                "web pages");
        assertError(api.send(api.request(MACHINES).header("Origin", "null")), 403, "forbidden", "web pages");
        String ours = "http://127.0.0.1:" + api.server.port();
        assertThat(api.send(api.request(MACHINES).header("Origin", ours)).statusCode())
                .isEqualTo(200);
        assertThat(api.machines.calls).isEmpty();
    }

    @Test
    void upgradesThatAreNotOurs() throws Exception {
        String path = "GET /api/v1/machines/web/exec/stream HTTP/1.1\nHost: localhost\n" + UPGRADE;
        assertThat(api.raw(path.replace("Connection: Upgrade", "Connection: Upgrade, close")
                        + "Origin: http://evil.example\n\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(api.raw(path.replace("localhost", "evil.example").replace("Upgrade\nU", "Upgrade, close\nU") + "\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(api.raw(path.replace("/web/", "/nosuch/").replace("Upgrade\nU", "Upgrade, close\nU") + "\n"))
                .startsWith("HTTP/1.1 404")
                .contains("\"code\":\"not_found\"");
        assertThat(api.raw(path.replace("/web/", "/db/").replace("Upgrade\nU", "Upgrade, close\nU") + "\n"))
                .startsWith("HTTP/1.1 409")
                .contains("does not run");
        try (RunningApi other = new RunningApi()) {
            other.uid = OptionalLong.of(65534);
            assertThat(other.raw(path.replace("Upgrade\nU", "Upgrade, close\nU") + "\n"))
                    .startsWith("HTTP/1.1 401");
        }
        assertThat(api.guests.isIdle()).isTrue();
    }

    @Test
    void bodiesThatAreNotJson() throws Exception {
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}) {
            assertError(
                    api.send(api.request(MACHINES)
                            .header("Content-Type", type)
                            .POST(HttpRequest.BodyPublishers.ofString("{\"image\":\"debian\"}"))),
                    415,
                    "not_json",
                    type);
        }
        assertError(
                api.send(api.request(MACHINES).POST(HttpRequest.BodyPublishers.ofString("{\"image\":\"debian\"}"))),
                415,
                "not_json",
                "of no type");
        assertError(
                api.send(api.request(MACHINES + "/web/stop")
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("x"))),
                415,
                "not_json",
                "text/plain");
        assertThat(api.machines.deployed).isEmpty();
        assertThat(api.machines.calls).isEmpty();
    }

    @Test
    void jsonThatIsBrokenOrSaysTooMuch() throws Exception {
        assertError(api.post(MACHINES, "{\"image\":"), 400, "bad_input", "JSON");
        assertError(api.post(MACHINES, "{\"image\":\"debian\" \"name\":1}"), 400, "bad_input", "JSON");
        assertError(api.post(MACHINES, "[]"), 400, "bad_input", "JSON");
        assertError(api.post(MACHINES, ""), 400, "bad_input", "needs a body");
        assertError(api.post(MACHINES, "{\"image\":\"debian\",\"colour\":\"red\"}"), 400, "bad_input", "colour");
        assertError(api.post(MACHINES, "{\"image\":\"debian\",\"vcpus\":\"many\"}"), 400, "bad_input", "JSON");
        assertThat(api.machines.deployed).isEmpty();
    }

    @Test
    void bodiesThatAreTooLarge() throws Exception {
        String twoMebibytes = "{\"image\":\"" + "x".repeat(2 << 20) + "\"}";
        assertError(api.post(MACHINES, twoMebibytes), 413, "body_too_large", "1 MiB");
        HttpResponse<String> chunked = api.send(api.request(MACHINES)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(
                        twoMebibytes.getBytes(java.nio.charset.StandardCharsets.UTF_8)))));
        assertError(chunked, 413, "body_too_large", "1 MiB");
        assertThat(api.raw("""
                        POST /api/v1/machines HTTP/1.1
                        Host: localhost
                        Content-Type: application/json
                        Content-Length: 99999999999

                        """)).startsWith("HTTP/1.1 413").contains("\"code\":\"body_too_large\"");
        // The connection and the server are as good as before.
        assertThat(api.get(MACHINES).statusCode()).isEqualTo(200);
    }

    @Test
    void requestsThatAreNoHttp() throws Exception {
        assertThat(api.raw("GET /api/v1/machines HTTP/1.1\nHost: localhost\nContent-Length: x\n\n"))
                .startsWith("HTTP/1.1 400")
                .contains("\"code\":\"bad_input\"");
        assertThat(api.raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\nHost: localhost\n\n"))
                .startsWith("HTTP/1.1 4")
                .contains("\"code\":\"bad_input\"");
    }

    @Test
    void newRequestsWhileStopping() throws Exception {
        OperationId id = api.operations.running("machine.deploy", FakeMachines.WEB.toString(), "new");
        api.machines.deployAs(id);
        CompletableFuture<HttpResponse<String>> before = api.client.sendAsync(
                api.request(MACHINES)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"image\":\"debian\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        while (api.machines.deployed.isEmpty()) {
            assertThat(before).isNotDone();
            Thread.onSpinWait();
        }
        api.server.refuseNewRequests();
        HttpResponse<String> refused = api.get(MACHINES);
        assertError(refused, 503, "unavailable", "stopping");
        assertThat(refused.body()).contains("\"retryable\":true");
        assertThat(refused.headers().firstValue("Retry-After")).contains("2");
        assertThat(api.get("/health").statusCode()).isEqualTo(200);
        // What was in flight is carried to its end.
        api.operations.end(id, OperationState.SUCCEEDED, Optional.empty(), Optional.empty());
        assertThat(before.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
    }
}
