package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.vmm.firecracker.StandInFault;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong in a Firecracker that is started, users get one line, nothing is left, and the next start works. */
class FirecrackerStartTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String NAME = "m";

    private static MachineWorld world() {
        return new MachineWorld(LONG, LONG, JailedMachines.firecracker());
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                        "GET /version",
                        "PUT /logger",
                        "PUT /metrics",
                        "PUT /serial",
                        "PUT /machine-config",
                        "PUT /boot-source",
                        "PUT /drives/root",
                        "PUT /network-interfaces/network",
                        "PUT /entropy",
                        "PUT /actions")
                .flatMap(call -> Stream.of(StandInFault.Kind.values()).map(kind -> Arguments.of(call, kind)));
    }

    private static Operation newest(MachineWorld world, OperationKind kind) {
        return world.daemon().newest(kind.action()).orElseThrow();
    }

    private static void assertOneLine(Operation operation) {
        assertThat(operation.state()).isEqualTo(OperationState.FAILED);
        assertThat(operation.error().orElseThrow())
                .startsWith("m: starting its VMM failed: Firecracker ")
                .hasLineCount(1)
                .hasSizeLessThan(300)
                .doesNotContain("Exception", "null");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultOfADeployIsTakenBack(String call, StandInFault.Kind kind) {
        try (MachineWorld world = world()) {
            Map<String, String> before = world.contents();
            world.host.setFirecrackerFault(new StandInFault(call, kind));
            world.machines().deploy(DeploySpecs.of(NAME));
            world.daemon().settle();
            assertOneLine(newest(world, OperationKind.MACHINE_DEPLOY));
            assertThat(world.contents()).isEqualTo(before);
            Consistency.check(world);
            world.host.setFirecrackerFault(StandInFault.NONE);
            world.deploy(NAME);
            Consistency.check(world);
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultOfAStartLeavesItStopped(String call, StandInFault.Kind kind) {
        try (MachineWorld world = world()) {
            world.deployStopped(NAME);
            world.writeToDisk(NAME, "what the guest wrote");
            world.host.setFirecrackerFault(new StandInFault(call, kind));
            world.machines().start(NAME);
            world.daemon().settle();
            assertOneLine(newest(world, OperationKind.MACHINE_START));
            Consistency.check(world);
            world.host.setFirecrackerFault(StandInFault.NONE);
            world.machines().start(NAME);
            world.daemon().settle();
            assertThat(world.machines().require(NAME).status()).isEqualTo(MachineStatus.RUNNING);
            assertThat(world.readDisk(world.disk(NAME))).contains("what the guest wrote");
            Consistency.check(world);
        }
    }

    @Test
    void moreProcessorsThanItGivesAreRefusedBeforeAnythingIsMade() {
        try (MachineWorld world = world()) {
            DeploySpec usual = DeploySpecs.of(NAME);
            DeploySpec spec = new DeploySpec(
                    usual.name(),
                    usual.boot(),
                    OptionalInt.of(33),
                    usual.memoryMib(),
                    usual.storageMib(),
                    usual.attached(),
                    usual.forwards(),
                    usual.networkName(),
                    usual.restart(),
                    usual.metadata());
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> world.machines().deploy(spec))
                    .satisfies(refusal -> {
                        assertThat(refusal.code()).isEqualTo(RefusalCode.IMPOSSIBLE);
                        assertThat(refusal.sentence()).contains("at most 32 virtual CPUs, and 33 are asked for");
                    });
            assertThat(world.machines().list()).isEmpty();
        }
    }

    /** It stays as it is, whatever daemons are told to use from now on; only its next start is another one. */
    @Test
    void aJailThatSomebodyTookAwayIsMadeAgainAndOneTooManyGoes() {
        try (MachineWorld world = world()) {
            world.deploy(NAME);
            String id = world.machines().require(NAME).id().toString();
            world.host.files().deleteTree(world.directory.machine(id).jail());
            world.daemon().reconcile();
            Consistency.check(world);
            world.machines().stop(NAME);
            world.daemon().settle();
            world.host.files().makeDirectories(world.directory.machine(id).jail());
            world.daemon().reconcile();
            Consistency.check(world);
        }
    }
}
