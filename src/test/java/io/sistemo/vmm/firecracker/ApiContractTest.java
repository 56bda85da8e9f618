package io.sistemo.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.VmmSpec;
import io.sistemo.vmm.firecracker.ApiContract.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every request that we make is one that Firecracker's own description allows, in the phase in which we make it. */
class ApiContractTest {
    private static final DeviceLimits LIMITS = new DeviceLimits(
            OptionalLong.of(1 << 20), OptionalLong.of(1 << 19), OptionalLong.of(500), OptionalLong.of(1 << 24));
    private static final VmmSpec LIMITED =
            new VmmSpec("sistemo-0badcafe", 2, 512, "52:54:0a:c8:00:02", "tap0", List.of(1, 3), LIMITS);
    private static final VmmSpec UNLIMITED =
            new VmmSpec("sistemo-0badcafe", 2, 512, "52:54:0a:c8:00:02", "tap0", List.of(1, 3), DeviceLimits.NONE);
    private static final FirecrackerVersion NEWEST = new FirecrackerVersion(1, 16, 1);

    private ApiContract contract = ApiContract.parse("{}");

    @BeforeEach
    void read() throws IOException {
        Optional<Path> file = ApiContract.file();
        assumeTrue(
                file.isPresent(),
                "SKIPPED: Firecracker's description of its API (../shared/firecracker/firecracker-v1.16.1.yaml) is not"
                        + " here, so that nobody knows whether our requests keep to it");
        contract = ApiContract.parse(Files.readString(file.get()));
    }

    private static List<ApiRequest> everyRequest() {
        List<ApiRequest> all = new ArrayList<>(List.of(new VersionQuestion(), new StateQuestion()));
        all.addAll(BootSequence.render(LIMITED, NEWEST));
        all.addAll(BootSequence.render(UNLIMITED, FirecrackerVersion.OLDEST));
        all.addAll(List.of(
                StartGuest.NOW, VmState.PAUSED, VmState.RESUMED, GuestAction.FLUSH_METRICS, GuestAction.CTRL_ALT_DEL));
        return all;
    }

    private static List<Phase> phases(ApiRequest request) {
        return switch (request) {
            case ApiRequest.Question _ -> List.of(Phase.values());
            case ApiRequest.BeforeStart _, StartGuest _ -> List.of(Phase.BEFORE_START);
            case ApiRequest.WhileRunning _ -> List.of(Phase.AFTER_START);
        };
    }

    private List<String> violations(ApiRequest request, Phase phase) {
        String sent = new String(ApiClient.render(request), StandardCharsets.UTF_8);
        String[] line = sent.substring(0, sent.indexOf("\r\n")).split(" ", -1);
        return contract.violations(line[0], line[1], sent.substring(sent.indexOf("\r\n\r\n") + 4), phase);
    }

    @Test
    void everyRequestIsAllowedInItsPhaseAndInNoOther() {
        for (ApiRequest request : everyRequest()) {
            String call = request.method() + " " + request.path();
            for (Phase phase : Phase.values()) {
                List<String> wrong = violations(request, phase);
                if (phases(request).contains(phase)) {
                    assertThat(wrong).as(call + " " + phase).isEmpty();
                } else {
                    assertThat(wrong)
                            .as(call + " " + phase)
                            .hasSize(1)
                            .first()
                            .asString()
                            .contains("not taken");
                }
            }
            System.out.println(call + ", to " + request.purpose() + ": " + phases(request));
        }
    }

    /** Each kind of request is among those that are tried. */
    @Test
    void everyKindIsTried() {
        List<Class<?>> kinds = new ArrayList<>();
        collect(ApiRequest.class, kinds);
        assertThat(everyRequest().stream().map(Object::getClass).distinct().toList())
                .containsExactlyInAnyOrderElementsOf(kinds);
    }

    private static void collect(Class<?> type, List<Class<?>> kinds) {
        Class<?>[] permitted = type.getPermittedSubclasses();
        if (permitted == null) {
            kinds.add(type);
            return;
        }
        for (Class<?> kind : permitted) {
            collect(kind, kinds);
        }
    }

    @Test
    void whatIsNotAllowedIsSeen() {
        assertRefused("PUT", "/machine-config", "{\"vcpu_count\": 1, \"mem_size_mib\": 1, \"colour\": 1}", "unknown");
        assertRefused("PUT", "/machine-config", "{\"vcpu_count\": 33, \"mem_size_mib\": 1}", "more than 32");
        assertRefused("PUT", "/machine-config", "{\"vcpu_count\": \"1\", \"mem_size_mib\": 1}", "type integer");
        assertRefused("PUT", "/machine-config", "{\"vcpu_count\": 1}", "no mem_size_mib");
        assertRefused("PUT", "/machine-config", "", "missing");
        assertRefused("PUT", "/machine-config", "{", "not JSON");
        assertRefused("PUT", "/no-such", "{}", "there is no PUT /no-such");
        assertRefused("POST", "/machine-config", "{}", "there is no POST");
        assertRefused("PUT", "/drives/one", "{\"drive_id\": \"two\", \"is_root_device\": true}", "in the path");
        assertRefused("PUT", "/actions", "{\"action_type\": \"Explode\"}", "none of");
        assertRefused("GET", "/version", "{}", "no body");
        assertRefused(
                "PUT",
                "/drives/one",
                "{\"drive_id\": \"one\", \"is_root_device\": true, \"rate_limiter\": {\"ops\": {\"size\": 1}}}",
                "no refill_time");
    }

    private void assertRefused(String method, String path, String body, String why) {
        assertThat(contract.violations(method, path, body, Phase.BEFORE_START))
                .as("%s %s %s", method, path, body)
                .anyMatch(wrong -> wrong.contains(why));
    }
}
