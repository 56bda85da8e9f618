package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetworkRoutesTest {
    private static final String NETWORKS = "/api/v1/networks";
    private final RunningApi api = new RunningApi();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void showsNetworksInTheWireForm() throws Exception {
        HttpResponse<String> list = api.get(NETWORKS);
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.body())
                .startsWith(
                        "{\"networks\":[{\"name\":\"blue\",\"subnet\":\"10.201.0.0/24\",\"bridge_name\":\"br-blue\","
                                + "\"machine_count\":0,\"created_at\":\"1970-01-01T00:00:00Z\"},");
        assertThat(api.get(NETWORKS + "/default").body()).contains("\"bridge_name\":\"sistemo0\",\"machine_count\":1");
        ApiServerTest.assertError(api.get(NETWORKS + "/none"), 404, "not_found", "none");
    }

    @Test
    void createsAndDeletes() throws Exception {
        HttpResponse<String> made = api.post(NETWORKS, "{\"name\":\"blue\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).contains("\"name\":\"blue\"");
        assertThat(api.post(NETWORKS, "{\"name\":\"blue\",\"subnet\":\"10.9.0.0/24\",\"bridge_name\":\"br9\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(api.delete(NETWORKS + "/blue").body()).contains("network.delete");
        ApiServerTest.assertError(api.delete(NETWORKS + "/default"), 409, "in_use", "web");
        assertThat(api.networks.calls)
                .containsExactly("create blue - -", "create blue 10.9.0.0/24 br9", "delete blue", "delete default");
    }

    @Test
    void refusesWhatNamesNothing() throws Exception {
        ApiServerTest.assertError(api.post(NETWORKS, "{\"subnet\":\"10.9.0.0/24\"}"), 400, "bad_input", "no name");
        assertThat(api.networks.calls).isEmpty();
    }
}
