package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How it runs under systemd is fixed: an update or a stop of the service must never touch a machine. */
class ServiceUnitTest {
    private static List<String> lines() throws IOException {
        try (InputStream unit = Objects.requireNonNull(Daemon.class.getResourceAsStream("sistemo.service"))) {
            return new String(unit.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @Test
    void stoppingTheServiceSparesTheMachines() throws IOException {
        assertThat(lines()).contains("KillMode=process", "Delegate=yes", "Type=exec");
        assertThat(lines()).noneMatch(line -> line.startsWith("ExecStop"));
    }

    @Test
    void systemdWaitsLongerThanAStopTakes() throws IOException {
        long seconds = lines().stream()
                .filter(line -> line.startsWith("TimeoutStopSec="))
                .mapToLong(line -> Long.parseLong(line.substring("TimeoutStopSec=".length())))
                .findFirst()
                .orElseThrow();
        assertThat(seconds).isGreaterThan(Daemon.LONGEST_STOP.toSeconds());
    }

    @Test
    void everyLineIsAnAssignmentASectionOrAComment() throws IOException {
        assertThat(lines()).allMatch(line -> line.isEmpty() || line.matches("#.*|\\[\\w+]|\\w+=\\S.*"));
    }
}
