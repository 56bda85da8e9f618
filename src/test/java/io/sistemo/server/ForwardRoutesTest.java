package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.machine.ForwardSpec;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardRoutesTest {
    private static final String EXPOSE = "/api/v1/machines/web/expose";
    private final RunningApi api = new RunningApi();

    @AfterEach
    void close() {
        api.close();
    }

    private static void is(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.body()).contains(words);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void exposesAndTakesBack() throws Exception {
        is(
                api.post(EXPOSE, "{\"host_port\":8080,\"machine_port\":80,\"protocol\":\"tcp\"}"),
                200,
                "{\"machine_id\":\"" + FakeMachines.WEB + "\",\"host_port\":8080,\"machine_port\":80,"
                        + "\"protocol\":\"tcp\",\"address\":null,\"status\":\"exposed\"}");
        is(
                api.post(EXPOSE, "{\"machine_port\":53,\"protocol\":\"udp\",\"address\":\"127.0.0.1\"}"),
                200,
                "\"host_port\":53,\"machine_port\":53,\"protocol\":\"udp\",\"address\":\"127.0.0.1\"");
        is(
                api.delete(EXPOSE + "/8080"),
                200,
                "\"host_port\":8080,\"machine_port\":null,\"protocol\":\"tcp\",\"address\":null,\"status\":\"removed\"");
        is(api.delete(EXPOSE + "/53?protocol=udp&address=127.0.0.1"), 200, "\"removed\"");
        assertThat(api.machines.calls)
                .containsExactly(
                        "expose web tcp * 8080 80",
                        "expose web udp 127.0.0.1 53 53",
                        "unexpose web tcp * 8080",
                        "unexpose web udp 127.0.0.1 53");
    }

    @Test
    void refusesWhatMakesNoSense() throws Exception {
        ApiServerTest.assertError(api.post(EXPOSE, "{\"host_port\":80}"), 400, "bad_input", "machine_port");
        ApiServerTest.assertError(api.post(EXPOSE, "{\"machine_port\":\"x\"}"), 400, "bad_input", "");
        ApiServerTest.assertError(api.delete(EXPOSE + "/http"), 400, "bad_input", "1 to 65535");
        ApiServerTest.assertError(api.post(EXPOSE, "{\"machine_port\":22}"), 409, "in_use", "sshd (process 7)");
        ApiServerTest.assertError(
                api.post("/api/v1/machines/none/expose", "{\"machine_port\":80}"), 404, "not_found", "none");
    }

    @Test
    void machinesShowTheirPorts() throws Exception {
        is(
                api.get("/api/v1/machines/web"),
                200,
                "\"port_rules\":[{\"host_port\":8080,\"machine_port\":80,\"protocol\":\"tcp\",\"address\":null},"
                        + "{\"host_port\":5353,\"machine_port\":53,\"protocol\":\"udp\",\"address\":\"127.0.0.1\"}]");
    }

    @Test
    void deploysWithPorts() throws Exception {
        is(
                api.post(
                        "/api/v1/machines",
                        "{\"image\":\"debian\",\"port_rules\":[{\"machine_port\":80},"
                                + "{\"host_port\":1,\"machine_port\":2,\"protocol\":\"udp\"}]}"),
                201,
                "machine_id");
        assertThat(api.machines.deployed)
                .singleElement()
                .satisfies(spec -> assertThat(spec.forwards())
                        .containsExactly(
                                new ForwardSpec("tcp", Optional.empty(), 80, 80),
                                new ForwardSpec("udp", Optional.empty(), 1, 2)));
        ApiServerTest.assertError(
                api.post("/api/v1/machines", "{\"image\":\"debian\",\"port_rules\":[{}]}"),
                400,
                "bad_input",
                "machine_port");
    }
}
