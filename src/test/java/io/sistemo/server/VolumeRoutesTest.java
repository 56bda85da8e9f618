package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.machine.DeploySpec;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolumeRoutesTest {
    private static final String VOLUMES = "/api/v1/volumes";
    private final RunningApi api = new RunningApi();

    @AfterEach
    void close() {
        api.close();
    }

    private void is(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.body()).contains(words);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void showsVolumesInTheWireForm() throws Exception {
        is(
                api.get(VOLUMES),
                200,
                "{\"volumes\":[{\"id\":\"" + FakeMachines.WEB + "\",\"name\":\"web-root\",\"size_mb\":2048,",
                "\"status\":\"attached\",\"role\":\"root\",\"machine_id\":\"" + FakeMachines.WEB + "\"");
        is(
                api.get(VOLUMES + "/appdata"),
                200,
                "\"status\":\"online\",\"role\":\"data\",\"machine_id\":null",
                "\"created\":\"1970-01-01T00:00:00Z\"");
        ApiServerTest.assertError(api.get(VOLUMES + "/none"), 404, "not_found", "none");
    }

    @Test
    void createsResizesClonesAndDeletes() throws Exception {
        is(api.post(VOLUMES, "{\"name\":\"appdata\",\"size_mb\":2048}"), 201, "\"name\":\"appdata\"");
        is(api.post(VOLUMES, "{\"size_mb\":-1}"), 201, "appdata");
        is(api.post(VOLUMES + "/appdata/resize", "{\"size_mb\":4096}"), 200, "appdata");
        is(api.post(VOLUMES + "/web-root/clone", "{\"name\":\"appdata\"}"), 201, "appdata");
        is(api.delete(VOLUMES + "/appdata"), 200, "volume.delete");
        assertThat(api.volumes.calls)
                .containsExactly(
                        "create appdata 2048",
                        "create - -1",
                        "resize appdata 4096",
                        "clone web-root appdata",
                        "delete appdata");
    }

    @Test
    void refusesWhatNamesNothing() throws Exception {
        ApiServerTest.assertError(api.post(VOLUMES, "{\"name\":\"x\"}"), 400, "bad_input", "size_mb");
        ApiServerTest.assertError(
                api.post(VOLUMES + "/appdata/resize", "{\"name\":\"x\",\"size_mb\":1}"), 400, "bad_input", "no name");
        ApiServerTest.assertError(api.post(VOLUMES + "/appdata/clone", "{}"), 400, "bad_input", "name");
        ApiServerTest.assertError(api.post("/api/v1/machines/db/volume/attach", "{}"), 400, "bad_input", "volume");
        ApiServerTest.assertError(
                api.post("/api/v1/machines", "{\"image\":\"debian\",\"root_volume\":\"web-root\"}"),
                400,
                "bad_input",
                "leave one out");
        assertThat(api.volumes.calls).isEmpty();
    }

    @Test
    void attachesAndDetaches() throws Exception {
        is(
                api.post("/api/v1/machines/db/volume/attach", "{\"volume\":\"appdata\"}"),
                200,
                "{\"id\":\"" + FakeVolumes.DATA + "\",\"name\":\"appdata\",\"status\":\"online\",\"machine_id\":null}");
        is(api.post("/api/v1/machines/db/volume/detach", "{\"volume\":\"appdata\"}"), 200, "appdata");
        assertThat(api.machines.calls).containsExactly("attach db appdata", "detach db appdata");
    }

    @Test
    void takesUpWhatWasLost() throws Exception {
        is(api.post(VOLUMES + "/recover"), 200, "\"adopted\":[{", "\"grown\":[]", "something is left");
    }

    @Test
    void deploysOnVolumes() throws Exception {
        is(
                api.post("/api/v1/machines", "{\"root_volume\":\"web-root\",\"attached_storage\":[\"a\",\"b\"]}"),
                201,
                "machine_id");
        assertThat(api.machines.deployed).singleElement().satisfies(spec -> {
            assertThat(spec.boot()).isEqualTo(new DeploySpec.Boot.OfVolume("web-root"));
            assertThat(spec.attached()).isEqualTo(List.of("a", "b"));
        });
    }
}
