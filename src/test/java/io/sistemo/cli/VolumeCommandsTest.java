package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.api.Operation;
import io.sistemo.api.OperationState;
import io.sistemo.api.Volume;
import io.sistemo.api.VolumeList;
import io.sistemo.api.VolumeRecovery;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class VolumeCommandsTest extends CliHarness {
    VolumeCommandsTest() throws IOException {}

    private static Volume volume(
            String name, long sizeMb, String status, String role, @Nullable String machine, @Nullable String error) {
        return new Volume(
                "0a1b2c3d-0000-4000-8000-000000000000",
                name,
                sizeMb,
                3L << 20,
                "/data/volumes/x.raw",
                status,
                role,
                machine == null ? null : "m-1",
                machine,
                "0a1b2c3d-0000-4000-8000-000000000000",
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:00:00Z",
                error);
    }

    private static Operation ended(String action, String name) {
        return new Operation(
                "op-1",
                action,
                "volume",
                "v-1",
                name,
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
    void theListHasExactlyTheColumnsThatUsersKnow() {
        server.onRecord(
                "GET /api/v1/volumes",
                200,
                new VolumeList(List.of(
                        volume("web-root", 5120, "attached", "root", "web", null),
                        volume("appdata", 2048, "attached", "data", "web", null),
                        volume("pgbackup-x", 1024, "online", "data", null, null))));
        assertThat(run("volume list")).isZero();
        assertThat(out()).isEqualTo("""
                NAME         SIZE    STATUS     ATTACHED TO   TYPE
                web-root     5.0GB   attached   web           root
                appdata      2.0GB   attached   web           data
                pgbackup-x   1.0GB   detached   -             data
                """);
    }

    @Test
    void showTellsSizesAsProvisionedAndAsUsed() {
        server.onRecord(
                "GET /api/v1/volumes/appdata", 200, volume("appdata", 2048, "error", "data", null, "It is gone."));
        assertThat(run("volume show appdata")).isZero();
        assertThat(out()).contains("Size:         2.0GB", "Really used:  3MB", "Reason:       It is gone.");
    }

    @Test
    void createResizeCloneAttachAndDetachTellWhatTheyDid() {
        server.onRecord("POST /api/v1/volumes", 202, ended("volume.create", "appdata"));
        assertThat(run("volume create 2G --name appdata")).isZero();
        assertThat(server.requests().getLast().body()).isEqualTo("{\"name\":\"appdata\",\"size_mb\":2048}");
        server.onRecord("POST /api/v1/volumes/web-root/resize", 202, ended("volume.resize", "web-root"));
        assertThat(run("volume resize web-root 10GB")).isZero();
        assertThat(server.requests().getLast().body()).contains("\"size_mb\":10240");
        server.onRecord("POST /api/v1/volumes/appdata/clone", 202, ended("volume.clone", "appdata"));
        assertThat(run("volume clone appdata copy")).isZero();
        server.onRecord("POST /api/v1/machines/web/volume/attach", 202, ended("volume.attach", "appdata"));
        assertThat(run("machine volume attach web appdata")).isZero();
        server.onRecord("POST /api/v1/machines/web/volume/detach", 202, ended("volume.detach", "appdata"));
        assertThat(run("vm volume detach web appdata")).isZero();
        assertThat(out()).isEqualTo("""
                appdata created
                web-root resized
                appdata cloned to copy
                appdata attached to web
                appdata detached from web
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volume create 0",
                "volume create -1",
                "volume create 1.5G",
                "volume create 10X",
                "volume create",
                "volume resize web-root",
                "volume resize web-root 1.5G",
                "machine volume",
                "machine volume attach web",
                "machine volume attch web appdata"
            })
    void whatMakesNoSenseIsWrongUsageInOneLine(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(out()).isEmpty();
        if (!line.equals("machine volume")) {
            assertThat(err().lines()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void deleteAsksWithTheVolumesOwnName() {
        server.onRecord("GET /api/v1/volumes/0a1b", 200, volume("appdata", 2048, "online", "data", null, null));
        assertThat(run("volume delete 0a1b")).isEqualTo(1);
        assertThat(err()).contains("Delete volume appdata", "-y");
    }

    @Test
    void recoverTellsWhatItTookUpAndWhatIsLeft() {
        server.onRecord(
                "POST /api/v1/volumes/recover",
                200,
                new VolumeRecovery(
                        List.of(volume("appdata", 2048, "online", "data", null, null)),
                        List.of(),
                        List.of("one is gone")));
        assertThat(run("volume recover")).isEqualTo(1);
        assertThat(out()).startsWith("appdata taken up: 0a1b2c3d");
        assertThat(err()).contains("one is gone");
    }
}
