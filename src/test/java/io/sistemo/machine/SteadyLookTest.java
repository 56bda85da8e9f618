package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.guest.HostKey;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rows of one moment and drivers of a later one. */
class SteadyLookTest {
    private static final MachineId ID = MachineId.random();
    private static final HostKey KEY = HostKey.generate();

    private static MachineFacts facts(Intent intent) {
        return new MachineFacts(
                new Machine(
                        ID,
                        "m",
                        ID.shortId(),
                        intent,
                        true,
                        intent == Intent.RUNNING,
                        Optional.empty(),
                        Supervision.by(RestartPolicy.NO),
                        new Machine.Shape("debian", "sha256:0", 1, 512, 1024, "default", Map.of()),
                        200_000,
                        KEY,
                        Instant.EPOCH,
                        Instant.EPOCH),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The driver knows of no VMM. */
    private static List<MachineStatus> look(Iterator<List<MachineFacts>> readings) {
        return SteadyLook.take(
                        readings::next,
                        known -> known.stream()
                                .map(one -> MachineState.derive(
                                        one.machine(),
                                        one.address(),
                                        one.volumes(),
                                        one.forwards(),
                                        one.vmm(),
                                        one.operation(),
                                        Optional.empty(),
                                        Optional.empty()))
                                .toList())
                .stream()
                .map(MachineDetails::status)
                .toList();
    }

    @Test
    void aMachineThatWasStoppedDuringTheLookIsStopped() {
        Iterator<List<MachineFacts>> readings = List.of(List.of(facts(Intent.RUNNING)), List.of(facts(Intent.STOPPED)))
                .iterator();
        assertThat(look(readings)).containsExactly(MachineStatus.STOPPED);
    }

    @Test
    void aMachineThatWasDeletedDuringTheLookIsNotThere() {
        Iterator<List<MachineFacts>> readings =
                List.of(List.of(facts(Intent.RUNNING)), List.<MachineFacts>of()).iterator();
        assertThat(look(readings)).isEmpty();
    }

    @Test
    void whatStaysInDoubtIsTold() {
        Iterator<List<MachineFacts>> readings = List.of(List.of(facts(Intent.RUNNING)), List.of(facts(Intent.RUNNING)))
                .iterator();
        assertThat(look(readings)).containsExactly(MachineStatus.MAINTENANCE);
        assertThat(readings).isExhausted();
    }

    @Test
    void whatNobodyDoubtsIsReadOnce() {
        Iterator<List<MachineFacts>> readings =
                List.of(List.of(facts(Intent.STOPPED))).iterator();
        assertThat(look(readings)).containsExactly(MachineStatus.STOPPED);
    }
}
