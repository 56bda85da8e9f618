package io.sistemo.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DaemonClientTest {
    private static final String SERVICE = "{\"name\":\"sistemo\",\"version\":\"1\"}";

    private final FakeServer server;

    DaemonClientTest() throws IOException {
        server = new FakeServer();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    static Operation operation(OperationState state, String phase, int progress) {
        return new Operation(
                "op-1", "machine.deploy", "machine", "m-1", "web", state, phase, progress, null, null, null, "t", null);
    }

    @Test
    void readsABodyOfAGivenLength() throws Exception {
        // More than the body comes, and the connection stays open: the length alone must end it.
        server.on("GET /", (request, in, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + SERVICE.length() + "\r\n\r\n" + SERVICE + "more")
                    .getBytes(UTF_8));
            out.flush();
            in.read();
        });
        assertThat(server.client().service()).isEqualTo(new ServiceInfo("sistemo", "1"));
    }

    @Test
    void readsChunks() throws Exception {
        String chunked =
                "HTTP/1.1 200 OK\r\ntransfer-ENCODING: Chunked\r\n\r\n5;extension=1\r\n" + SERVICE.substring(0, 5)
                        + "\r\n" + Integer.toHexString(SERVICE.length() - 5) + "\r\n" + SERVICE.substring(5)
                        + "\r\n0\r\nTrailer: x\r\n\r\n";
        server.onRaw("GET /", chunked);
        assertThat(server.client().service().version()).isEqualTo("1");
    }

    @Test
    void readsUntilTheConnectionEnds() throws Exception {
        server.onRaw("GET /", "HTTP/1.0 200\r\n\r\n" + SERVICE);
        assertThat(server.client().service().version()).isEqualTo("1");
    }

    @Test
    void passesOverInterimAnswers() throws Exception {
        server.onRaw("GET /", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + SERVICE);
        assertThat(server.client().service().version()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}",
                "HTTP/1.1 200 OK\r\n\r\nnot json"
            })
    void anAnswerThatMakesNoSenseIsAnIOException(String answer) {
        server.onRaw("GET /", answer);
        assertThatThrownBy(() -> server.client().service()).isInstanceOf(IOException.class);
    }

    @Test
    void anEndlessHeadOrBodyIsRefused() {
        server.onRaw("GET /", "HTTP/1.1 200 OK\r\nX: " + "x".repeat(9000) + "\r\n\r\n");
        assertThatThrownBy(() -> server.client().service()).hasMessageContaining("longer than");
        server.onRaw("GET /", "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(200) + "\r\n");
        assertThatThrownBy(() -> server.client().service()).hasMessageContaining("endless head");
        server.on("GET /", (request, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < 17; i++) {
                out.write(block);
            }
        });
        assertThatThrownBy(() -> server.client().service()).hasMessageContaining("larger than");
    }

    @Test
    void anErrorIsARefusalWithItsSentenceAndCode() {
        server.onRecord(
                "GET /api/v1/machines/web",
                404,
                new ErrorBody("No machine web.", "No machine web.", "not_found", false));
        assertThatThrownBy(() -> server.client().machine("web"))
                .isInstanceOfSatisfying(DaemonRefusal.class, refusal -> {
                    assertThat(refusal).hasMessage("No machine web.");
                    assertThat(refusal.status()).isEqualTo(404);
                    assertThat(refusal.code()).contains(ErrorCode.NOT_FOUND);
                });
    }

    @Test
    void anErrorOfSomethingElseIsARefusalToo() {
        server.onRaw("GET /", "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>");
        assertThatThrownBy(() -> server.client().service())
                .isInstanceOf(DaemonRefusal.class)
                .hasMessageContaining("not the daemon");
    }

    @Test
    void aBodyThatIsRefusedBeforeItIsReadGivesTheReason() {
        server.on("POST /api/v1/images/pull", (request, in, out) -> {
            byte[] body =
                    ApiJson.lenient().writeBytes(new ErrorBody("Too large.", "Too large.", "body_too_large", false));
            out.write(FakeServer.answer(413, body));
        });
        assertThatThrownBy(() -> server.client().pullImage(new PullRequest("x".repeat(2_000_000))))
                .hasMessage("Too large.");
    }

    @Test
    void namesAreEncodedInThePath() {
        List<String> lines = List.of(
                "GET /api/v1/machines/a%2Fb%20%3F%23", "GET /api/v1/machines/%2E%2E", "GET /api/v1/machines/%C3%A4");
        lines.forEach(line -> server.onRaw(line, "HTTP/1.1 204 No Content\r\n\r\n"));
        for (String name : List.of("a/b ?#", "..", "\u00e4")) {
            assertThatThrownBy(() -> server.client().machine(name)).isInstanceOf(MalformedJsonException.class);
        }
        assertThat(server.requests())
                .extracting(FakeServer.Request::line)
                .containsExactlyElementsOf(
                        lines.stream().map(line -> line + " HTTP/1.1").toList());
    }

    @Test
    void aRequestSaysWhatItMust() throws Exception {
        server.onRecord("POST /api/v1/machines/web/start", 202, operation(OperationState.RUNNING, "boot", 0));
        new DaemonClient(server.address(), Optional.of("secret")).start("web");
        assertThat(server.requests().getFirst().headers())
                .containsEntry("host", server.address().authority())
                .containsEntry("x-api-key", "secret")
                .containsEntry("prefer", "respond-async")
                .containsEntry("content-length", "0")
                .containsEntry("connection", "close");
    }

    @Test
    void aKeyWithALineBreakNeverLeaves() {
        assertThatThrownBy(() -> new DaemonClient(server.address(), Optional.of("a\r\nX: y")).service())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void nobodyThereIsItsOwnException() throws IOException {
        server.close();
        assertThatThrownBy(() -> server.client().service()).isInstanceOf(DaemonUnreachable.class);
    }

    @Test
    void followsAnOperationToItsEnd() throws Exception {
        Operation first = operation(OperationState.RUNNING, "clone", 10);
        Operation last = operation(OperationState.SUCCEEDED, "", 100);
        server.onRaw(
                "GET /api/v1/operations/op-1/events",
                "HTTP/1.1 200 OK\r\n\r\n: a comment\n\nevent: other\ndata: {}\n\n" + FakeServer.event(1, first)
                        + FakeServer.event(2, last).replace("\n", "\r\n"));
        List<Operation> seen = new ArrayList<>();
        assertThat(server.client().follow(first, seen::add)).isEqualTo(last);
        assertThat(seen).containsExactly(first, last);
    }

    @Test
    void anOperationWhoseEventsBreakOffIsNotTakenForEnded() {
        Operation first = operation(OperationState.RUNNING, "clone", 10);
        String cut = FakeServer.event(2, operation(OperationState.SUCCEEDED, "", 100));
        server.onRaw(
                "GET /api/v1/operations/op-1/events",
                "HTTP/1.1 200 OK\r\n\r\n" + FakeServer.event(1, first) + cut.substring(0, cut.length() - 1));
        assertThatThrownBy(() -> server.client().follow(first, operation -> {})).isInstanceOf(EOFException.class);
    }

    @Test
    void aResetConnectionIsOneThatEnded() {
        Operation first = operation(OperationState.RUNNING, "clone", 10);
        server.onReset("GET /api/v1/operations/op-1/events");
        assertThatThrownBy(() -> server.client().follow(first, operation -> {}))
                .isInstanceOf(EOFException.class)
                .hasMessage("The daemon ended the connection in the middle of its answer.");
    }

    @Test
    void anEndlessEventIsRefused() {
        server.on("GET /api/v1/operations/op-1/events", (request, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\ndata: ".getBytes(UTF_8));
            endless(out);
        });
        assertThatThrownBy(() -> server.client().follow(operation(OperationState.RUNNING, "x", 0), operation -> {}))
                .hasMessageContaining("event of more than");
    }

    private static void endless(OutputStream out) throws IOException {
        byte[] block = new byte[1 << 16];
        java.util.Arrays.fill(block, (byte) 'x');
        for (int i = 0; i < 64; i++) {
            out.write(block);
        }
    }
}
