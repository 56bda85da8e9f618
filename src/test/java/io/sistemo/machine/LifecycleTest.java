package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to machines, beside what users ask for. */
class LifecycleTest {
    private final MachineWorld world = new MachineWorld(Duration.ofMillis(300));

    @AfterEach
    void close() {
        world.close();
    }

    private MachineStatus status(String name) {
        return world.machines().require(name).status();
    }

    private void settle() {
        world.daemon().settle();
    }

    private Operation ended(OperationId id) {
        settle();
        return world.daemon().operations().require(id);
    }

    private void awaitStatus(MachineStatus wanted) {
        world.daemon().await(() -> status("m") == wanted);
        settle();
        Consistency.check(world);
    }

    @Test
    void aMachineKeepsItsLabels() {
        Map<String, String> labels = Map.of("team", "web", "note", "\"quoted\" and, new\nline");
        world.machines()
                .deploy(new DeploySpec(
                        Optional.of("m"),
                        new DeploySpec.Boot.OfImage(MachineWorld.IMAGE),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        labels));
        settle();
        assertThat(world.machines().require("m").metadata()).isEqualTo(labels);
        world.restart().settle();
        assertThat(world.machines().require("m").metadata()).isEqualTo(labels);
    }

    @Test
    void aRunningMachineOutlivesItsDaemonUntouched() {
        world.deploy("m");
        long vmm = world.vmm("m");
        world.restart().settle();
        assertThat(world.vmm("m")).isEqualTo(vmm);
        assertThat(status("m")).isEqualTo(MachineStatus.RUNNING);
        Consistency.check(world);
    }

    @Test
    void afterARebootWhatRanRunsAgainAndNothingStaleIsBelieved() {
        world.deploy("m");
        world.deployStopped("idle");
        Path disk = world.disk("m");
        world.writeToDisk("m", "kept");
        world.reboot();
        awaitStatus(MachineStatus.RUNNING);
        assertThat(world.readDisk(disk)).contains("kept");
        assertThat(status("idle")).isEqualTo(MachineStatus.STOPPED);
        // The fake gives pids out again: the same number is another process now.
        assertThat(world.host.processes().identify(world.vmm("m"))).isPresent();
    }

    @Test
    void aPidOfAnEarlierBootIsNotItsVmm() {
        world.deploy("m");
        world.deploy("other");
        world.daemon().kill();
        world.host.reboot();
        // Before any daemon runs, the old pid is somebody else's.
        world.reboot();
        awaitStatus(MachineStatus.RUNNING);
        assertThat(world.vmm("m")).isNotEqualTo(world.vmm("other"));
    }

    @Test
    void aVmmThatDiesIsToldWithItsReason() {
        world.deploy("m");
        world.host.exit(world.vmm("m"), 137);
        awaitStatus(MachineStatus.FAILED);
        assertThat(world.machines().require("m").error().orElseThrow()).contains("killed by signal 9");
        assertThat(ended(world.machines().start("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(status("m")).isEqualTo(MachineStatus.RUNNING);
        assertThat(world.machines().require("m").error()).isEmpty();
    }

    @Test
    void aVmmThatDiedWhileNoDaemonRanIsNoticed() {
        world.deploy("m");
        long vmm = world.vmm("m");
        world.daemon().kill();
        world.host.exit(vmm, 1);
        world.restart();
        awaitStatus(MachineStatus.FAILED);
    }

    @Test
    void aGuestThatPowersOffIsStoppedNotFailed() throws IOException {
        world.deploy("m");
        Path console = world.directory
                .machine(world.machines().require("m").id().toString())
                .console();
        Files.createDirectories(console.getParent());
        Files.writeString(console, "[    9.1] reboot: Power down\n");
        world.host.exit(world.vmm("m"), 0);
        awaitStatus(MachineStatus.STOPPED);
    }

    @Test
    void aGuestThatNeverAnswersIsTakenBack() {
        world.guests.setSilent(true);
        Operation deploy = ended(world.machines().deploy(DeploySpecs.of("m")));
        assertThat(deploy.state()).isEqualTo(OperationState.FAILED);
        assertThat(deploy.code()).contains(RefusalCode.TIMED_OUT);
        assertThat(world.machines().list()).isEmpty();
        Consistency.check(world);
    }

    @Test
    void aMachineWhoseFilterIsRefusedIsNotStarted() {
        world.daemon().points().set((_, point) -> {
            if (point.startsWith("before packetFilter.apply")) {
                throw new HostException("the nftables ruleset was refused: no such kernel module");
            }
        });
        Operation deploy = ended(world.machines().deploy(DeploySpecs.of("m")));
        assertThat(deploy.state()).isEqualTo(OperationState.FAILED);
        assertThat(deploy.error())
                .hasValueSatisfying(reason -> assertThat(reason).contains("ruleset was refused"));
        assertThat(world.daemon().points().passed()).noneMatch(point -> point.contains("processes.launch"));
        assertThat(world.machines().list()).isEmpty();
        Consistency.check(world);
    }

    @Test
    void aStartThatIsNeverAnsweredKeepsTheMachine() {
        world.deployStopped("m");
        world.guests.setSilent(true);
        Operation start = ended(world.machines().start("m"));
        assertThat(start.state()).isEqualTo(OperationState.FAILED);
        awaitStatus(MachineStatus.FAILED);
    }

    @Test
    void aGuestThatDoesNotPowerOffIsStoppedAllTheSame() {
        world.deploy("m");
        world.guests.setStubborn(true);
        assertThat(ended(world.machines().stop("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        awaitStatus(MachineStatus.STOPPED);
    }

    @Test
    void aVmmThatDiesDuringADeployEndsIt() {
        world.guests.setSilent(true);
        OperationId deploy = world.machines().deploy(DeploySpecs.of("m"));
        world.daemon().await(() -> world.machines().require("m").vmmPid().isPresent());
        world.host.exit(world.vmm("m"), 1);
        Operation operation = ended(deploy);
        assertThat(operation.state()).isEqualTo(OperationState.FAILED);
        assertThat(operation.error().orElseThrow()).contains("did not boot").contains("exit code 1");
        Consistency.check(world);
    }

    @Test
    void aVmmThatDiesDuringAStopIsStopped() {
        world.deploy("m");
        world.guests.setStubborn(true);
        OperationId stop = world.machines().stop("m");
        world.host.exit(world.vmm("m"), 137);
        assertThat(ended(stop).state()).isEqualTo(OperationState.SUCCEEDED);
        awaitStatus(MachineStatus.STOPPED);
    }

    @Test
    void aDeleteTakesOverFromADeployAndFromAStart() {
        world.guests.setSilent(true);
        OperationId deploy = world.machines().deploy(DeploySpecs.of("m"));
        OperationId delete = world.machines().delete("m", false);
        assertThat(ended(delete).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(ended(deploy).state()).isEqualTo(OperationState.CANCELLED);
        world.guests.setSilent(false);
        world.deployStopped("m");
        world.guests.setSilent(true);
        OperationId start = world.machines().start("m");
        assertThat(ended(world.machines().delete("m", false)).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(ended(start).state()).isEqualTo(OperationState.CANCELLED);
        Consistency.check(world);
        assertThat(world.machines().list()).isEmpty();
    }

    @Test
    void twoDeletesAreOne() {
        world.deploy("m");
        world.guests.setStubborn(true);
        OperationId first = world.machines().delete("m", false);
        Optional<OperationId> second;
        try {
            second = Optional.of(world.machines().delete("m", false));
        } catch (Refusal gone) {
            second = Optional.empty();
        }
        assertThat(ended(first).state()).isEqualTo(OperationState.SUCCEEDED);
        second.ifPresent(id -> assertThat(id).isEqualTo(first));
        Consistency.check(world);
    }

    @Test
    void startingWhatRunsAndStoppingWhatIsStoppedIsSuccess() {
        world.deploy("m");
        long vmm = world.vmm("m");
        assertThat(ended(world.machines().start("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(world.vmm("m")).isEqualTo(vmm);
        ended(world.machines().stop("m"));
        assertThat(ended(world.machines().stop("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        Consistency.check(world);
    }

    @Test
    void aCancelledDeployLeavesNothing() {
        world.guests.setSilent(true);
        OperationId deploy = world.machines().deploy(DeploySpecs.of("m"));
        world.daemon().operations().cancel(deploy);
        assertThat(ended(deploy).state()).isEqualTo(OperationState.CANCELLED);
        assertThat(world.machines().list()).isEmpty();
        Consistency.check(world);
    }

    @Test
    void aFullDiskRefusesADeployAndTouchesNoRunningMachine() {
        world.deploy("m");
        long vmm = world.vmm("m");
        world.host.setFreeBytes(20L << 20);
        world.host.setFreeBytes(17L << 20);
        Operation ok = ended(world.machines().deploy(DeploySpecs.of("fits")));
        assertThat(ok.state()).isEqualTo(OperationState.SUCCEEDED);
        world.host.setFreeBytes(1000);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> world.machines().deploy(DeploySpecs.of("n")))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.DISK_FULL));
        world.daemon().heal();
        assertThat(world.vmm("m")).isEqualTo(vmm);
        Consistency.check(world);
    }

    @Test
    void guestsThatWereHeldGoOnWhenThereIsRoom() {
        world.deploy("m");
        world.deployStopped("idle");
        Runnable look = () -> {
            world.daemon().timer().runPeriodic();
            settle();
        };
        String goOn = world.machines().require("m").namespace().orElseThrow() + ": go on";
        // The first look is also for what was before this daemon.
        look.run();
        world.daemon().await(() -> world.host.said().equals(List.of(goOn)));
        look.run();
        world.host.setFreeBytes(0);
        look.run();
        look.run();
        assertThat(world.host.said()).containsExactly(goOn);
        world.host.setFreeBytes(1L << 40);
        look.run();
        world.daemon().await(() -> world.host.said().equals(List.of(goOn, goOn)));
        look.run();
        assertThat(world.host.said()).containsExactly(goOn, goOn);
        // The disk was full for a moment, and nobody looked just then.
        world.host.hold(world.vmm("m"));
        look.run();
        world.daemon().await(() -> world.host.said().equals(List.of(goOn, goOn, goOn)));
    }

    @Test
    void aDatabaseWithoutRoomKeepsNoDriverFromGoingOnLater() {
        world.deploy("m");
        world.deploy("other");
        long other = world.vmm("other");
        world.daemon().points().set((_, point) -> {
            if (point.equals("before commit")) {
                throw new StoreException("there is no room for the database");
            }
        });
        world.host.exit(world.vmm("m"), 137);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> world.machines().stop("other"))
                .satisfies(refusal -> assertThat(refusal.sentence()).contains("was not accepted", "no room"));
        world.daemon().await(() -> status("m") == MachineStatus.ERROR);
        settle();
        world.daemon().points().set(CrashPoints.Fault.NONE);
        world.daemon().heal();
        awaitStatus(MachineStatus.FAILED);
        assertThat(world.vmm("other")).isEqualTo(other);
        assertThat(ended(world.machines().start("m")).state()).isEqualTo(OperationState.SUCCEEDED);
    }

    @Test
    void aLostDiskIsNeverMadeAgainFromItsImage() {
        world.deployStopped("m");
        Path disk = world.disk("m");
        world.host.disks().delete(disk);
        Operation start = ended(world.machines().start("m"));
        assertThat(start.state()).isEqualTo(OperationState.FAILED);
        assertThat(start.error().orElseThrow()).contains("is gone");
        assertThat(world.host.disks().find(disk)).isEmpty();
    }

    @Test
    void whatCannotBeObservedIsNotTakenFromARunningMachine() {
        world.deploy("m");
        long vmm = world.vmm("m");
        world.daemon().points().set((_, point) -> {
            if (point.startsWith("before namespaces.inspect")) {
                throw new io.sistemo.host.HostException("the namespaces cannot be looked into");
            }
        });
        world.daemon().timer().runPeriodic();
        world.daemon().settle();
        assertThat(status("m")).isEqualTo(MachineStatus.ERROR);
        assertThat(world.vmm("m")).isEqualTo(vmm);
        world.daemon().points().set(CrashPoints.Fault.NONE);
        world.daemon().heal();
        assertThat(status("m")).isEqualTo(MachineStatus.RUNNING);
        assertThat(world.vmm("m")).isEqualTo(vmm);
        Consistency.check(world);
    }
}
