package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.vmm.Vmm;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A daemon that is told to use another VMM, while machines run by the one before. */
class OtherVmmTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String NAME = "m";

    static List<Arguments> bothWays() {
        Optional<Vmm> launched = Optional.empty();
        Optional<Vmm> jailed = JailedMachines.firecracker();
        return List.of(Arguments.of(launched, jailed), Arguments.of(jailed, launched));
    }

    private static void succeed(MachineWorld world, OperationId id) {
        world.daemon().settle();
        Operation ended = world.daemon().operations().require(id);
        assertThat(ended.state()).as("%s", ended.error()).isEqualTo(OperationState.SUCCEEDED);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void whatRunsIsWatchedAndStoppedByTheOneThatRunsIt(Optional<Vmm> before, Optional<Vmm> after) {
        try (MachineWorld world = new MachineWorld(LONG, LONG, before)) {
            world.restart();
            world.deploy(NAME);
            world.writeToDisk(NAME, "what the guest wrote");
            long vmm = world.vmm(NAME);
            world.setVmm(after);
            world.restart();
            world.daemon().reconcile();
            assertThat(world.vmm(NAME)).isEqualTo(vmm);
            assertThat(world.machines().require(NAME).status()).isEqualTo(MachineStatus.RUNNING);
            // The two tell other figures: who asks the wrong way is answered wrongly, or not at all.
            assertThat(world.machines().stats(NAME).disk().orElseThrow().readBytes())
                    .isEqualTo(before.isPresent() ? 0 : 4096);
            succeed(world, world.machines().pause(NAME));
            assertThat(world.machines().require(NAME).status()).isEqualTo(MachineStatus.PAUSED);
            succeed(world, world.machines().resume(NAME));
            assertThat(world.machines().require(NAME).status()).isEqualTo(MachineStatus.RUNNING);
            succeed(world, world.machines().stop(NAME));
            Consistency.check(world);
            succeed(world, world.machines().start(NAME));
            assertThat(world.vmm(NAME)).isNotEqualTo(vmm);
            assertThat(world.readDisk(world.disk(NAME))).contains("what the guest wrote");
            Consistency.check(world);
        }
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void whatDiedMeanwhileIsStartedByTheNewOne(Optional<Vmm> before, Optional<Vmm> after) {
        try (MachineWorld world = new MachineWorld(LONG, LONG, before)) {
            world.restart();
            world.deploy(NAME, RestartPolicy.ALWAYS);
            long vmm = world.vmm(NAME);
            world.daemon().kill();
            world.host.exit(vmm, 137);
            world.setVmm(after);
            world.restart();
            world.daemon()
                    .await(() ->
                            world.machines().require(NAME).vmmPid().stream().anyMatch(pid -> pid != vmm));
            world.daemon().settle();
            assertThat(world.machines().require(NAME).status()).isEqualTo(MachineStatus.RUNNING);
            Consistency.check(world);
        }
    }
}
