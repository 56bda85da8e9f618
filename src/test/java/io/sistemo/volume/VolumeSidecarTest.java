package io.sistemo.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VolumeSidecarTest {
    private static final int AT_ONCE = 16;
    private static final int EACH = 200;

    @Test
    void manyAreWrittenAtOnce() throws Exception {
        Volume volume = Volume.asked(
                new VolumeId(new UUID(1, 2)),
                "m-root",
                Volume.Role.ROOT,
                64,
                Optional.empty(),
                Optional.of("sha256:ab"),
                "5f2b3f2e-26c4-4df6-9f3a-111111111111");
        Callable<String> writer = () -> {
            String text = "";
            for (int i = 0; i < EACH; i++) {
                text = new String(VolumeSidecar.of(volume).toBytes(), StandardCharsets.UTF_8);
            }
            return text;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var each : threads.invokeAll(
                    Stream.generate(() -> writer).limit(AT_ONCE).toList())) {
                assertThat(each.get())
                        .contains("\"id\":\"00000000-0000-0001-0000-000000000002\"", "\"name\":\"m-root\"");
            }
        }
    }
}
