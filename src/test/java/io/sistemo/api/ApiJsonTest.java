package io.sistemo.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiJsonTest {
    private static final String DEPLOY = """
            {"name":"web","image":"debian","vcpus":2,"memory_mb":512,"storage_mb":null,"root_volume":null,\
            "attached_storage":null,"port_rules":null,"network_name":null,"metadata":{"a":"b"},"machine_id":null,"restart":null}""";

    private final ApiJson strict = ApiJson.strict();
    private final ApiJson lenient = ApiJson.lenient();

    @Test
    void namesAreSnakeCaseAndNullIsWritten() {
        var request =
                new DeployRequest("web", "debian", 2, 512L, null, null, null, null, null, Map.of("a", "b"), null, null);
        assertThat(strict.write(request)).isEqualTo(DEPLOY);
    }

    @Test
    void whatIsLeftOutIsNull() throws Exception {
        assertThat(strict.read(DeployRequest.class, "{\"image\":\"debian\"}".getBytes(UTF_8)))
                .isEqualTo(
                        new DeployRequest(null, "debian", null, null, null, null, null, null, null, null, null, null));
    }

    @Test
    void anEmptyListIsWritten() {
        assertThat(lenient.write(new MachineList(List.of()))).isEqualTo("{\"machines\":[]}");
    }

    @Test
    void aStateIsALowerCaseWord() throws Exception {
        var operation = new Operation(
                "1",
                "machine.deploy",
                "machine",
                null,
                "web",
                OperationState.SUCCEEDED,
                null,
                100,
                null,
                null,
                null,
                "t",
                null);
        String json = lenient.write(operation);
        assertThat(json).contains("\"state\":\"succeeded\"").contains("\"ended_at\":null");
        assertThat(lenient.read(Operation.class, json.getBytes(UTF_8))).isEqualTo(operation);
    }

    @Test
    void anUnknownFieldIsRefusedInARequestAndBorneInAnAnswer() throws Exception {
        byte[] json = "{\"name\":\"debian\",\"colour\":{\"a\":[1,2]}}".getBytes(UTF_8);
        assertThatThrownBy(() -> strict.read(PullRequest.class, json))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("colour");
        assertThat(lenient.read(PullRequest.class, json)).isEqualTo(new PullRequest("debian"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "nonsense",
                "[]",
                "42",
                "{",
                "{\"image\"",
                "{\"image\":",
                "{\"image\":\"debian\"",
                "{\"image\":{}}",
                "{\"image\":\"debian\",\"vcpus\":\"many\"}",
                "{\"vcpus\":true}",
                "{\"vcpus\":99999999999999999999}",
                "{\"metadata\":[]}",
                "{\"metadata\":{\"a\":1}",
                "{\"image\":\"\\u12\"}"
            })
    void brokenJsonIsOneException(String json) {
        assertThatThrownBy(() -> strict.read(DeployRequest.class, json.getBytes(UTF_8)))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"vcpus\":2.5}", "{\"image\":\"debian\"} trailing", "{\"image\":7}"})
    void whatIsNearlyRightIsRefusedToo(String json) {
        assertThatThrownBy(() -> strict.read(DeployRequest.class, json.getBytes(UTF_8)))
                .isInstanceOf(MalformedJsonException.class);
    }
}
