package io.sistemo.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.HostException;
import io.sistemo.host.Sockets;
import io.sistemo.vmm.DiskTransfers;
import io.sistemo.vmm.VmmCondition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to QEMU's monitor, and what is made of its answers; those here are QEMU 7.2's own. */
class MonitorTest {
    private final List<String> said = new ArrayList<>();

    private Sockets answering(String line) {
        return new Sockets() {
            @Override
            public String converse(String namespace, String name, String text, String awaited) {
                said.add(namespace + " " + name + " " + text);
                assertThat(line).contains(awaited);
                return line;
            }

            @Override
            public Optional<byte[]> exchange(Path socket, byte[] text, Predicate<byte[]> isWhole, Duration patience) {
                throw new AssertionError("its socket is no file");
            }
        };
    }

    private Object run(String command, String answer) {
        return MonitorCommand.run(answering(answer), "sv-1", command);
    }

    @Test
    void eachCommandIsAConversationOfItsOwn() {
        Object answer = run("stop", "{\"return\": {}, \"id\": \"stop\"}");
        assertThat(answer).isEqualTo(java.util.Map.of());
        assertThat(said).containsExactly("""
                        sv-1 sistemo-vmm {"execute": "qmp_capabilities"}
                        {"execute": "stop", "id": "stop"}
                        """);
    }

    @Test
    void whatIsRefusedIsAFailure() {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> run("cont", "{\"id\": \"cont\", \"error\": {\"class\": \"GenericError\"}}"))
                .withMessageContaining("refuses cont");
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> run("cont", "\"id\": \"cont\" nonsense"))
                .withMessageContaining("makes no sense");
    }

    @ParameterizedTest
    @CsvSource({
        "running, RUNS",
        "paused, PAUSED",
        "io-error, HELD",
        "guest-panicked, PANICKED",
        "internal-error, STUCK",
        "suspended, STUCK"
    })
    void aConditionIsToldInOurWords(String status, VmmCondition condition) {
        Object answer = run(
                "query-status",
                "{\"return\": {\"status\": \"" + status
                        + "\", \"singlestep\": false, \"running\": false}, \"id\": \"query-status\"}");
        assertThat(MonitorAnswers.condition(answer)).isEqualTo(condition);
    }

    @Test
    void theTransfersOfAllDisksAreAdded() {
        String device = "{\"device\": \"\", \"stats\": {\"rd_bytes\": 10, \"wr_bytes\": 200, \"rd_operations\": 3,"
                + " \"wr_operations\": 4, \"timed_stats\": []}, \"node-name\": \"root\"}";
        Object answer =
                run("query-blockstats", "{\"return\": [" + device + ", " + device + "], \"id\": \"query-blockstats\"}");
        assertThat(MonitorAnswers.diskTransfers(answer)).isEqualTo(new DiskTransfers(20, 400, 6, 8));
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> MonitorAnswers.diskTransfers(java.util.Map.of()))
                .withMessageContaining("makes no sense");
    }
}
