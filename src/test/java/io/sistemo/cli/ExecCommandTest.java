package io.sistemo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.api.ErrorBody;
import io.sistemo.api.ExecStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ExecCommandTest extends CliHarness {
    ExecCommandTest() throws IOException {}

    /** Answers an exec: what the command wrote to standard output and error, then these words as its end, or nothing. */
    private void onExec(String end) {
        server.on("GET /api/v1/machines/web/exec/stream", (request, in, out) -> {
            String key = String.valueOf(request.headers().get("sec-websocket-key"));
            out.write(("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + ExecStream.acceptOf(key)
                            + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(new byte[] {(byte) 0x82, 2, 1, 'o', (byte) 0x82, 2, 2, 'e'});
            if (!end.isEmpty()) {
                byte[] text = ("{\"type\":\"exit\"," + end + "}").getBytes(UTF_8);
                out.write(new byte[] {(byte) 0x81, (byte) text.length});
                out.write(text);
            }
            out.flush();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"exit_code\":0 | 0 | ``",
                "\"exit_code\":3 | 3 | ``",
                "\"exit_code\":137,\"error\":null | 137 | ``",
                "\"exit_code\":null | 125 | The command's exit code is unknown.",
                "\"exit_code\":null,\"error\":\"The guest is gone.\" | 125 | The guest is gone.",
                "\"exit_code\":null,\"error\":\"Too slow.\",\"code\":\"timed_out\" | 124 | Too slow.",
                "`` | 125 | The connection was lost",
            })
    void execEndsWithTheCommandsOwnCode(String end, int code, String complaint) {
        onExec(end);
        assertThat(run("machine exec web ls -l")).isEqualTo(code);
        assertThat(out()).isEqualTo("o");
        assertThat(err()).startsWith("e").contains(complaint);
        assertThat(err().length() > 1).isEqualTo(!complaint.isEmpty());
    }

    @Test
    void execThatCannotBeginIs125() {
        server.onRecord(
                "GET /api/v1/machines/web/exec/stream",
                409,
                new ErrorBody("web is stopped.", "", "wrong_state", false));
        assertThat(run("machine exec web true")).isEqualTo(125);
        assertThat(err()).isEqualTo("sistemo: web is stopped.\n");
        assertThat(run("machine exec -t web top")).isEqualTo(125);
    }
}
