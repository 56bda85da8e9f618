package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.api.Operation;
import io.sistemo.api.OperationState;
import io.sistemo.api.PortRule;
import io.sistemo.api.PortRuleRequest;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ForwardCommandsTest extends CliHarness {
    ForwardCommandsTest() throws IOException {}

    private static Operation ended(String action, String rule) {
        return operation(action, OperationState.SUCCEEDED, rule, null);
    }

    private static Operation operation(
            String action, OperationState state, @Nullable String rule, @Nullable String error) {
        return new Operation(
                "op-1", action, "forward", "8080/tcp", "web", state, null, null, rule, error, null, "t", "t");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "80, -, 80, 80, tcp",
                "8080:80, -, 8080, 80, tcp",
                "53/udp, -, 53, 53, udp",
                "5353:53/udp, -, 5353, 53, udp",
                "8080:80/tcp, -, 8080, 80, tcp",
                "127.0.0.1:8080:80, 127.0.0.1, 8080, 80, tcp",
                "127.0.0.1:80, 127.0.0.1, 80, 80, tcp",
                "192.0.2.1:53:53/udp, 192.0.2.1, 53, 53, udp",
                "65535:1, -, 65535, 1, tcp"
            })
    void rulesAreRead(String text, String address, int hostPort, int machinePort, String protocol) {
        assertThat(PortRules.parse(text)).isEqualTo(new PortRuleRequest(hostPort, machinePort, protocol, address));
    }

    @Test
    void theHostsEndIsRead() {
        assertThat(PortRules.parseHostEnd("8080")).isEqualTo(new PortRules.HostEnd(Optional.empty(), 8080, "tcp"));
        assertThat(PortRules.parseHostEnd("127.0.0.1:53/udp"))
                .isEqualTo(new PortRules.HostEnd(Optional.of("127.0.0.1"), 53, "udp"));
    }

    @Test
    void rulesAreShownAsTheyAreWritten() {
        assertThat(PortRules.format(new PortRule(8080, 80, "tcp", null))).isEqualTo("8080->80");
        assertThat(PortRules.format(new PortRule(53, 53, "udp", "127.0.0.1"))).isEqualTo("127.0.0.1:53->53/udp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "machine expose web",
                "machine expose web --port 0",
                "machine expose web --port 65536",
                "machine expose web --port 8080:0",
                "machine expose web --port 99999999999999999999:80",
                "machine expose web --port -1",
                "machine expose web --port 80/icmp",
                "machine expose web --port 80:",
                "machine expose web --port :80",
                "machine expose web --port http",
                "machine expose web --port ::1:80:80",
                "machine expose web --port localhost:80:80",
                "machine expose web --port 1:2:3",
                "machine expose web --port 127.0.0.1:1:2:3",
                "machine deploy debian --expose 0",
                "machine unexpose web",
                "machine unexpose web --port 8080:80",
                "machine unexpose web --port 0"
            })
    void whatMakesNoSenseIsWrongUsageInOneLine(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void exposeAndUnexposeTellWhatTheyDid() {
        server.onRecord("POST /api/v1/machines/web/expose", 202, ended("machine.expose", "8080->80/tcp"));
        assertThat(run("machine expose web --port 8080:80")).isZero();
        assertThat(server.requests().getLast().body())
                .contains("\"host_port\":8080", "\"machine_port\":80", "\"protocol\":\"tcp\"");
        server.onRecord(
                "DELETE /api/v1/machines/web/expose/53?protocol=udp&address=127.0.0.1",
                202,
                ended("machine.unexpose", "127.0.0.1:53->53/udp"));
        assertThat(run("vm unexpose web --port 127.0.0.1:53/udp")).isZero();
        assertThat(out()).isEqualTo("""
                web exposed: 8080->80/tcp
                web not exposed any more: 127.0.0.1:53->53/udp
                """);
    }

    @Test
    void aDeployTakesSeveral() {
        server.onRecord(
                "POST /api/v1/machines",
                202,
                operation("machine.deploy", OperationState.FAILED, null, "It did not boot."));
        assertThat(run("machine deploy debian --expose 8080:80 --name web --expose 127.0.0.1:53:53/udp"))
                .isEqualTo(1);
        assertThat(server.requests().getFirst().body())
                .contains(
                        "\"port_rules\":[{\"host_port\":8080,\"machine_port\":80,\"protocol\":\"tcp\",\"address\":null},"
                                + "{\"host_port\":53,\"machine_port\":53,\"protocol\":\"udp\",\"address\":\"127.0.0.1\"}]");
    }
}
