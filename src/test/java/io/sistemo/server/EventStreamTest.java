package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.RefusalCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventStreamTest {
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
    void tellsEachStepAsItHappensAndTheEnd() throws Exception {
        OperationId id = api.operations.running("machine.deploy", "1", "new");
        try (Socket socket = follow(id)) {
            BufferedReader events = reader(socket);
            assertThat(next(events)).startsWith("event: progress").contains("\"sequence\":1", "\"phase\":null");
            api.operations.phase(id, "cloning", 10);
            assertThat(next(events)).startsWith("event: progress").contains("\"phase\":\"cloning\"", "\"progress\":10");
            api.operations.end(id, OperationState.FAILED, Optional.of("No room."), Optional.of(RefusalCode.DISK_FULL));
            assertThat(next(events))
                    .startsWith("event: end")
                    .contains("\"sequence\":3", "\"state\":\"failed\"", "\"error\":\"No room.\"", "disk_full");
            while (api.operations.listeners(id) > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void tellsTheEndOfWhatHasEnded() throws Exception {
        OperationId id = api.operations.done("machine.stop", "1", "web");
        String body = api.get("/api/v1/operations/" + id + "/events").body();
        assertThat(body).startsWith("event: end\ndata: {").endsWith("\n\n").contains("\"state\":\"succeeded\"");
        ApiServerTest.assertError(
                api.get("/api/v1/operations/" + OperationId.random() + "/events"), 404, "not_found", "no operation");
    }

    @Test
    void aClientThatLeavesIsForgottenAndCancelsNothing() throws Exception {
        OperationId id = api.operations.running("machine.deploy", "1", "new");
        try (Socket socket = follow(id)) {
            next(reader(socket));
            assertThat(api.operations.listeners(id)).isEqualTo(1);
        }
        for (int i = 0; api.operations.listeners(id) > 0; i++) {
            // Only writing shows that it has left; the operation goes on meanwhile.
            api.operations.phase(id, "step " + i, 1);
            Thread.onSpinWait();
        }
        assertThat(api.operations.require(id).state()).isEqualTo(OperationState.RUNNING);
    }

    private Socket follow(OperationId id) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.server.port());
        socket.setSoTimeout(10_000);
        OutputStream out = socket.getOutputStream();
        out.write(("GET /api/v1/operations/" + id + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next event's two lines; what belongs to the transport is left out. */
    private static String next(BufferedReader reader) throws IOException {
        StringBuilder event = new StringBuilder();
        String line = reader.readLine();
        while (line != null) {
            if (line.startsWith("event:") || line.startsWith("data:")) {
                event.append(line).append('\n');
            }
            if (line.startsWith("data:")) {
                return event.toString();
            }
            line = reader.readLine();
        }
        throw new IOException("the stream ended");
    }
}
