package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.api.ErrorBody;
import io.sistemo.api.Network;
import io.sistemo.api.NetworkList;
import io.sistemo.api.Operation;
import io.sistemo.api.OperationState;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class NetworkCommandsTest extends CliHarness {
    private static final Network BLUE = new Network("blue", "10.201.0.0/24", "br-blue", 2, "2026-01-01T00:00:00Z");

    NetworkCommandsTest() throws IOException {}

    private static Operation ended(String action) {
        return new Operation(
                "op-1",
                action,
                "network",
                "blue",
                "blue",
                OperationState.SUCCEEDED,
                null,
                null,
                null,
                null,
                null,
                "t",
                "t");
    }

    @Test
    void theListIsATable() {
        server.onRecord(
                "GET /api/v1/networks",
                200,
                new NetworkList(
                        List.of(BLUE, new Network("default", "10.200.0.0/16", "sistemo0", 0, "2026-01-01T00:00:00Z"))));
        assertThat(run("network list")).isZero();
        assertThat(out()).isEqualTo("""
            NAME      SUBNET          BRIDGE     MACHINES
            blue      10.201.0.0/24   br-blue    2
            default   10.200.0.0/16   sistemo0   0
            """);
    }

    @Test
    void createAndDeleteTellWhatTheyDid() {
        server.onRecord("POST /api/v1/networks", 202, ended("network.create"));
        server.onRecord("GET /api/v1/networks/blue", 200, BLUE);
        assertThat(run("network create blue --subnet 10.201.0.0/24")).isZero();
        assertThat(server.requests().stream()
                        .filter(request -> request.line().startsWith("POST "))
                        .findFirst()
                        .orElseThrow()
                        .body())
                .isEqualTo("{\"name\":\"blue\",\"subnet\":\"10.201.0.0/24\",\"bridge_name\":null}");
        server.onRecord("DELETE /api/v1/networks/blue", 202, ended("network.delete"));
        assertThat(run("net rm blue")).isZero();
        assertThat(out()).isEqualTo("blue created: 10.201.0.0/24\nblue deleted\n");
    }

    @Test
    void createPrintsTheNetworkAsJson() {
        server.onRecord("POST /api/v1/networks", 202, ended("network.create"));
        server.onRecord("GET /api/v1/networks/blue", 200, BLUE);
        assertThat(run("network create blue -o json")).isZero();
        assertThat(out()).contains("\"bridge_name\"", "\"br-blue\"", "\"machine_count\"");
    }

    @Test
    void aRefusalIsOneLine() {
        server.onRecord(
                "DELETE /api/v1/networks/blue",
                409,
                new ErrorBody("The network blue is used by web.", "The network blue is used by web.", "in_use", false));
        assertThat(run("network delete blue")).isEqualTo(1);
        assertThat(err().lines()).hasSize(1);
        assertThat(err()).contains("used by web");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"network create", "network create a b", "network delete", "network list x", "network creat a"})
    void whatMakesNoSenseIsWrongUsage(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(out()).isEmpty();
    }
}
