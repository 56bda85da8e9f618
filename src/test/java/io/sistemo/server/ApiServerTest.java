package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.machine.DeploySpec;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.RefusalCode;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every route that answers once. */
@Timeout(60)
class ApiServerTest {
    private static final String MACHINES = "/api/v1/machines";
    private static final String WEB_ID = FakeMachines.WEB.toString();

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
    void saysWhoAndHowItIs() throws Exception {
        assertThat(api.get("/").body()).isEqualTo("{\"name\":\"sistemo\",\"version\":\"1.2.3\"}");
        assertThat(api.get("/health").body()).contains("\"status\":\"healthy\"", "\"running_machines\":1");
        assertThat(api.get("/ready").statusCode()).isEqualTo(200);
        api.daemon.ready = false;
        assertError(api.get("/ready"), 503, "unavailable", "does not take requests");
        assertThat(api.get("/api/v1/system").body()).contains("\"acceleration\":null", "\"max_vcpus\":64");
        assertThat(api.get("/api/v1/system/doctor").body()).contains("\"ok\":true");
        assertThat(api.get("/api/v1/config").body()).contains("\"source\":\"default\"");
    }

    @Test
    void listsAndShowsMachinesWithNullsForWhatIsMissing() throws Exception {
        HttpResponse<String> list = api.get(MACHINES);
        assertThat(list.body()).startsWith("{\"machines\":[{\"id\":").contains("\"name\":\"db\"", "\"name\":\"web\"");
        assertThat(list.headers().firstValue("Content-Type")).contains("application/json");
        String web = api.get(MACHINES + "/web").body();
        assertThat(web)
                .contains("\"status\":\"running\"", "\"maintenance_operation\":null", "\"memory_mb\":512")
                .contains(
                        "\"pid\":42",
                        "\"port_rules\":[{\"host_port\":8080,",
                        "\"last_error\":null",
                        "\"name\":\"web-root\"")
                .contains("\"metadata\":{\"cost\":\"low\",\"team\":\"web\"}");
        assertThat(api.get(MACHINES + "/1111").body()).isEqualTo(web);
        assertThat(api.get(MACHINES + "/db").body()).contains("\"pid\":null", "\"status\":\"stopped\"");
        assertError(api.get(MACHINES + "/nosuch"), 404, "not_found", "There is no machine nosuch.");
        assertThat(api.get(MACHINES + "/web/ip").body())
                .isEqualTo("{\"machine_id\":\"" + WEB_ID + "\",\"ip_address\":\"10.200.0.2\"}");
    }

    @Test
    void deploysWithWhatWasAskedFor() throws Exception {
        HttpResponse<String> answer = api.post(
                MACHINES,
                "{\"name\":\"new\",\"image\":\"debian\",\"vcpus\":1000,\"memory_mb\":16,\"storage_mb\":null}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).contains("\"machine_id\":\"" + WEB_ID, "\"ssh_ready\":true");
        DeploySpec spec = api.machines.deployed.getFirst();
        assertThat(spec.name()).contains("new");
        // The domain judges the values.
        assertThat(spec.vcpus()).hasValue(1000);
        assertThat(spec.memoryMib()).hasValue(16);
        assertThat(spec.storageMib()).isEqualTo(OptionalInt.empty());
        assertError(api.post(MACHINES, "{\"name\":\"web\",\"image\":\"debian\"}"), 409, "name_taken", "is taken");
        assertError(api.post(MACHINES, "{\"name\":\"x\"}"), 400, "bad_input", "names no image");
        assertThat(api.post(MACHINES, "{\"image\":\"debian\",\"restart\":\"always\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(api.machines.deployed.removeLast().restart()).contains("always");
        assertError(
                api.post(MACHINES, "{\"image\":\"debian\",\"memory_mb\":99999999999}"), 400, "bad_input", "memory_mb");
        assertError(
                api.post(MACHINES, "{\"image\":\"debian\",\"metadata\":{\"team\":null}}"),
                400,
                "bad_input",
                "metadata");
        assertThat(api.machines.deployed).hasSize(1);
    }

    @Test
    void startsStopsRestartsAndDeletes() throws Exception {
        assertThat(api.post(MACHINES + "/web/start").body()).contains("\"status\":\"running\"");
        assertThat(api.post(MACHINES + "/web/restart").body()).contains("\"ssh_ready\":true");
        assertThat(api.post(MACHINES + "/web/pause").body())
                .isEqualTo("{\"machine_id\":\"" + WEB_ID + "\",\"paused\":true}");
        assertThat(api.post(MACHINES + "/web/resume").body()).contains("\"paused\":false");
        assertThat(api.post(MACHINES + "/web/stop").body()).contains("\"stopped\":true,\"already_stopped\":null");
        assertThat(api.post(MACHINES + "/db/stop").body()).contains("\"already_stopped\":true");
        assertThat(api.delete(MACHINES + "/web").body())
                .isEqualTo("{\"machine_id\":\"" + WEB_ID + "\",\"terminated\":true}");
        assertThat(api.delete(MACHINES + "/web?preserve_storage=true").statusCode())
                .isEqualTo(200);
        assertError(api.delete(MACHINES + "/web?preserve_storage=maybe"), 400, "bad_input", "preserve_storage");
        assertThat(api.machines.calls)
                .containsExactly(
                        "start web",
                        "restart web",
                        "pause web",
                        "resume web",
                        "stop web",
                        "stop db",
                        "delete web",
                        "delete, keep web");
        assertError(api.post(MACHINES + "/nosuch/start"), 404, "not_found", "nosuch");
    }

    @Test
    void tellsWhatMachinesUse() throws Exception {
        assertThat(api.get(MACHINES + "/web/stats").body())
                .contains("\"cpu_percent\":12.3,", "\"cpu_time_ms\":1500,", "\"network_sent_bytes\":10,");
        assertThat(api.get("/api/v1/stats").body()).startsWith("{\"machines\":[{\"machine_id\":\"" + WEB_ID);
        assertError(api.get(MACHINES + "/db/stats"), 409, "wrong_state", "is not running");
        assertError(api.get(MACHINES + "/nosuch/stats"), 404, "not_found", "nosuch");
    }

    @Test
    void tellsHowToReachAGuestAndShowsItsConsoleAsText() throws Exception {
        assertThat(api.get(MACHINES + "/web/ssh").body())
                .contains("\"host\":\"10.200.0.2\",\"port\":2222,\"user\":\"root\"")
                .contains(FakeMachines.HOST_KEY.openSshLine())
                .contains("\"key_path\":\"/data/ssh/sistemo_key\"", "/known_hosts\"");
        assertError(api.get(MACHINES + "/db/ssh"), 409, "wrong_state", "does not run");
        HttpResponse<String> logs = api.get(MACHINES + "/web/logs");
        assertThat(logs.body()).isEqualTo("<script>boot of web</script>");
        assertThat(logs.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(logs.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void listsPullsAndDeletesImages() throws Exception {
        assertThat(api.get("/api/v1/images").body())
                .contains("\"size_mb\":1025", "\"machine_count\":1", "\"allocated_bytes\":1000");
        assertThat(api.post("/api/v1/images/pull", "{\"name\":\"debian\"}").body())
                .contains("\"state\":\"succeeded\"", "\"action\":\"image.pull\"");
        assertThat(api.delete("/api/v1/images/debian").body()).contains("\"action\":\"image.delete\"");
        assertError(api.delete("/api/v1/images/nosuch"), 404, "not_found", "no image nosuch");
    }

    @Test
    void answersAtOnceWhenThatIsPreferred() throws Exception {
        OperationId id = api.operations.running("machine.deploy", WEB_ID, "new");
        api.machines.deployAs(id);
        HttpResponse<String> answer = api.send(api.request(MACHINES)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Prefer", "wait=1, respond-async")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"image\":\"debian\"}")));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).contains("/api/v1/operations/" + id);
        assertThat(answer.body()).contains("\"id\":\"" + id + "\"", "\"state\":\"running\"", "\"progress\":null");
        api.operations.phase(id, "cloning the disk", 30);
        assertThat(api.get("/api/v1/operations/" + id).body())
                .contains("\"phase\":\"cloning the disk\",\"progress\":30");
    }

    @Test
    void waitsForTheEndAndTellsWhyItFailed() throws Exception {
        OperationId id = api.operations.running("machine.deploy", WEB_ID, "new");
        api.machines.deployAs(id);
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return api.post(MACHINES, "{\"image\":\"debian\"}");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(answer).isNotDone();
        api.operations.end(
                id, OperationState.FAILED, Optional.of("The disk is full."), Optional.of(RefusalCode.DISK_FULL));
        assertError(answer.get(10, TimeUnit.SECONDS), 507, "disk_full", "The disk is full.");
    }

    @Test
    void cancelsOperationsAndKeepsTheirHistory() throws Exception {
        OperationId id = api.operations.running("machine.deploy", WEB_ID, "new");
        api.operations.done("machine.stop", WEB_ID, "web");
        assertThat(api.delete("/api/v1/operations/" + id).body()).contains("\"state\":\"cancelled\"");
        assertError(api.get("/api/v1/operations/" + OperationId.random()), 404, "not_found", "no operation");
        assertError(api.get("/api/v1/operations/web"), 404, "not_found", "no such operation");
        assertThat(api.get("/api/v1/audit-log").body())
                .startsWith("{\"entries\":[{")
                .contains("\"success\":true", "\"success\":false", "\"details\":\"Cancelled.\"")
                .endsWith("\"total\":2}");
        assertThat(api.get("/api/v1/audit-log?limit=1&action=machine.stop").body())
                .contains("machine.stop")
                .endsWith("\"total\":1}");
        assertThat(api.get("/api/v1/audit-log?offset=5&target=web").body()).startsWith("{\"entries\":[],");
        assertError(api.get("/api/v1/audit-log?limit=x"), 400, "bad_input", "limit");
    }

    @Test
    void saysWhatIsWrongWithARoute() throws Exception {
        assertError(api.get("/api/v1/nosuch"), 404, "not_found", "/api/v1/nosuch");
        assertError(api.get("/favicon.ico"), 404, "not_found", "/favicon.ico");
        HttpResponse<String> wrong = api.delete(MACHINES);
        assertError(wrong, 405, "method_not_allowed", "GET, POST");
        assertThat(wrong.headers().firstValue("Allow")).contains("GET, POST");
        assertError(api.get(MACHINES + "/web/exec/stream"), 400, "bad_input", "WebSocket");
    }

    @Test
    void saysThatTheDatabaseCannotBeRead() throws Exception {
        HttpResponse<String> answer = api.get(MACHINES + "/unreadable");
        assertError(answer, 500, "host_unusable", "the database failed: disk I/O error");
        assertThat(answer.body()).doesNotContain("Exception");
    }

    @Test
    void keepsTheInsideToItself() throws Exception {
        HttpResponse<String> answer = api.get(MACHINES + "/broken");
        assertError(answer, 500, "failed", "Internal error");
        assertThat(answer.body())
                .doesNotContain("secret")
                .doesNotContain("Exception")
                .containsPattern("[0-9a-f]{8}");
    }

    static void assertError(HttpResponse<String> answer, int status, String code, String sentence) {
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"", sentence);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }
}
