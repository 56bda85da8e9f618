package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.LinuxSocketTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real clients of real users, told apart by the real socket table. */
@Tag("hosttest")
@Timeout(120)
class OtherUsersTest {
    private static final int NOBODY = 65_534;
    private static final int OWNER = 1_234;

    private RunningApi api;

    @BeforeEach
    void start() {
        api = new RunningApi(new LinuxSocketTable(), OWNER);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void rootAndTheOwnerMayCall() throws Exception {
        assertThat(ask(0, "stop")).startsWith("HTTP/1.1 200");
        assertThat(ask(OWNER, "stop")).startsWith("HTTP/1.1 200");
        assertThat(api.machines.calls).hasSize(2);
    }

    @Test
    void nobodyMayNot() throws Exception {
        assertThat(ask(NOBODY, "stop")).startsWith("HTTP/1.1 401").contains("\"code\":\"unauthenticated\"");
        assertThat(api.machines.calls).isEmpty();
    }

    @Test
    void nobodyDoesNotPassAsRootByClosingAtOnce() throws Exception {
        String flood = "for i in $(seq 400); do exec 3<>/dev/tcp/127.0.0.1/" + api.server.port()
                + "; printf '%s' \"$1\" >&3; exec 3>&-; done";
        run(NOBODY, flood, request("stop"));
        // Whatever came of those has been decided when a later request is answered.
        assertThat(ask(0, "start")).startsWith("HTTP/1.1 200");
        assertThat(api.machines.calls).containsExactly("start web");
    }

    private String ask(int uid, String action) throws IOException, InterruptedException {
        String script = "exec 3<>/dev/tcp/127.0.0.1/" + api.server.port() + "; printf '%s' \"$1\" >&3; cat <&3";
        return run(uid, script, request(action));
    }

    private static String request(String action) {
        return "POST /api/v1/machines/web/" + action + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    private static String run(int uid, String script, String argument) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        "setpriv",
                        "--reuid=" + uid,
                        "--regid=" + uid,
                        "--clear-groups",
                        "bash",
                        "-c",
                        script,
                        "bash",
                        argument))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
