package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.AuditQuery;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines that end by themselves, and machines that stand still. */
class SupervisionTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private final MachineWorld world = new MachineWorld(Duration.ofMillis(300));

    @AfterEach
    void close() {
        world.close();
    }

    private MachineDetails machine() {
        return world.machines().require("m");
    }

    private void settle() {
        world.daemon().settle();
    }

    private void await(MachineStatus status) {
        world.daemon().await(() -> machine().status() == status);
    }

    private Operation done(OperationId id) {
        settle();
        return world.daemon().operations().require(id);
    }

    private List<Operation> reboots() {
        return world.daemon()
                .operations()
                .history(new AuditQuery(100, 0, Optional.of(OperationKind.MACHINE_REBOOT.action()), Optional.empty()))
                .operations();
    }

    private void prints(String line) throws IOException {
        Path console = world.directory.machine(machine().id().toString()).console();
        Files.createDirectories(console.getParent());
        Files.writeString(console, line);
    }

    @ParameterizedTest
    @CsvSource({
        "NO,         137, '',                   FAILED,  ''",
        "NO,         0,   reboot: Power down,   STOPPED, ''",
        "NO,         0,   reboot: Restarting system, RUNNING, its guest rebooted",
        "ON_FAILURE, 137, '',                   RUNNING, killed by signal 9",
        "ON_FAILURE, 0,   reboot: Power down,   STOPPED, ''",
        "ON_FAILURE, 0,   Kernel panic - not syncing: no, RUNNING, Kernel panic",
        "ON_FAILURE, 0,   reboot: Restarting system, RUNNING, its guest rebooted",
        "ALWAYS,     1,   '',                   RUNNING, exit code 1",
        "ALWAYS,     0,   reboot: Power down,   RUNNING, its guest powered off",
        // A kill is a kill, whatever was printed.
        "NO,         137, reboot: Power down,   FAILED,  ''",
    })
    void itsPolicySaysWhatFollows(RestartPolicy policy, int exitCode, String line, MachineStatus after, String cause)
            throws IOException {
        world.deploy("m", policy);
        long vmm = world.vmm("m");
        prints(line + "\n");
        world.host.exit(vmm, exitCode);
        world.daemon()
                .await(() -> machine().status() == after && machine().vmmPid().orElse(0) != vmm);
        settle();
        Consistency.check(world);
        if (cause.isEmpty()) {
            assertThat(reboots()).isEmpty();
        } else {
            assertThat(reboots()).singleElement().satisfies(reboot -> {
                assertThat(reboot.state()).isEqualTo(OperationState.SUCCEEDED);
                assertThat(reboot.message().orElseThrow()).contains("m ended by itself", cause);
            });
            assertThat(machine().error()).isEmpty();
        }
        assertThat(machine().restart().policy()).isEqualTo(policy);
    }

    @Test
    void onFailureIsTriedSoOftenAndNotMore() {
        world.deploy("m", RestartPolicy.ON_FAILURE);
        world.guests.setSilent(true);
        world.host.exit(world.vmm("m"), 137);
        await(MachineStatus.FAILED);
        settle();
        assertThat(machine().error().orElseThrow()).contains("again and again", "machine start m");
        assertThat(reboots()).hasSize(WorldDaemon.RESTARTS.mostAttempts());
        assertThat(reboots()).allSatisfy(reboot -> {
            assertThat(reboot.state()).isEqualTo(OperationState.FAILED);
            assertThat(reboot.code()).contains(RefusalCode.TIMED_OUT);
        });
        world.guests.setSilent(false);
        assertThat(done(world.machines().start("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(machine().restart().attempts()).isZero();
        Consistency.check(world);
    }

    /** A machine whose next attempt is an hour away. */
    private void waitingMachine() {
        world.setRestarts(new RestartRules(RestartPolicy.ALWAYS, 3, HOUR, HOUR, HOUR));
        world.restart();
        // The configuration's policy.
        world.machines().deploy(DeploySpecs.of("m"));
        settle();
        world.guests.setSilent(true);
        world.host.exit(world.vmm("m"), 137);
        world.daemon()
                .await(() -> machine().restart().attempts() == 2
                        && machine().restart().waitsUntil().isPresent());
        world.guests.setSilent(false);
    }

    @Test
    void aMachineThatWaitsSaysSoAndWaitsOnAfterItsDaemon() {
        waitingMachine();
        assertThat(machine().status()).isEqualTo(MachineStatus.MAINTENANCE);
        assertThat(machine().maintenanceOperation()).contains("reboot");
        assertThat(machine().error().orElseThrow()).contains("nobody answers").doesNotContain("null");
        assertThat(machine().vmmPid()).isEmpty();
        Optional<java.time.Instant> due = machine().restart().waitsUntil();
        world.restart();
        world.daemon().await(() -> world.machines().idle());
        assertThat(machine().restart().waitsUntil()).isEqualTo(due);
        assertThat(machine().status()).isEqualTo(MachineStatus.MAINTENANCE);
        assertThat(reboots()).hasSize(1);
        assertThat(done(world.machines().delete("m", false)).state()).isEqualTo(OperationState.SUCCEEDED);
        Consistency.check(world);
    }

    @Test
    void aUserWhoComesInBetweenWinsAtOnce() {
        waitingMachine();
        assertThat(done(world.machines().stop("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(machine().status()).isEqualTo(MachineStatus.STOPPED);
        assertThat(machine().restart().waitsUntil()).isEmpty();
        Consistency.check(world);
        world.machines().delete("m", false);
        settle();
        waitingMachine();
        assertThat(done(world.machines().start("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(machine().status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(machine().restart().attempts()).isZero();
        Consistency.check(world);
    }

    @Test
    void aRestartThatIsUnderWayIsTakenOverByAStop() {
        world.deploy("m", RestartPolicy.ALWAYS);
        world.guests.setSilent(true);
        world.host.exit(world.vmm("m"), 137);
        world.daemon().await(() -> !reboots().isEmpty());
        OperationId stop = world.machines().stop("m");
        assertThat(done(stop).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(machine().status()).isEqualTo(MachineStatus.STOPPED);
        Consistency.check(world);
    }

    @Test
    void aWrongPolicyIsRefused() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> world.machines().deploy(DeploySpecs.of("m", Optional.of("sometimes"))))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.BAD_INPUT))
                .withMessageContaining("'sometimes': it is no, on-failure or always");
        assertThat(world.machines().list()).isEmpty();
    }

    @Test
    void aPausedGuestStandsStillUntilItIsResumed() {
        world.deploy("m");
        long vmm = world.vmm("m");
        assertThat(done(world.machines().pause("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(done(world.machines().pause("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(machine().status()).isEqualTo(MachineStatus.PAUSED);
        assertThat(world.host.isPaused(vmm)).isTrue();
        refused("is paused: 'sistemo machine resume m'", () -> world.machines().guest("m"));
        refused("is paused: 'sistemo machine resume m'", () -> world.machines().start("m"));
        // Who looks after guests that were held, and who compares, leave it alone.
        world.daemon().timer().runPeriodic();
        settle();
        world.restart().settle();
        world.daemon().timer().runPeriodic();
        settle();
        assertThat(machine().status()).isEqualTo(MachineStatus.PAUSED);
        Consistency.check(world);
        assertThat(done(world.machines().resume("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(done(world.machines().resume("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(machine().status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(world.vmm("m")).isEqualTo(vmm);
        Consistency.check(world);
    }

    @Test
    void aPausedMachineIsStoppedRestartedAndDeletedAsAnyOther() {
        world.deploy("m");
        world.machines().pause("m");
        Operation restart = done(world.machines().restart("m"));
        assertThat(restart.state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(restart.message()).contains("the guest shut down");
        assertThat(machine().status()).isEqualTo(MachineStatus.RUNNING);
        done(world.machines().pause("m"));
        assertThat(done(world.machines().stop("m")).message()).contains("the guest shut down");
        refused(
                "is not running: 'sistemo machine start m'",
                () -> world.machines().pause("m"));
        refused(
                "is not running: 'sistemo machine start m'",
                () -> world.machines().resume("m"));
        done(world.machines().start("m"));
        Consistency.check(world);
        done(world.machines().pause("m"));
        done(world.machines().delete("m", false));
        assertThat(world.machines().list()).isEmpty();
        Consistency.check(world);
    }

    @Test
    void aPausedMachineBeginsAnewAfterAReboot() {
        world.deploy("m");
        done(world.machines().pause("m"));
        world.reboot();
        await(MachineStatus.RUNNING);
        settle();
        Consistency.check(world);
    }

    @Test
    void aStopSaysWhatItTook() {
        world.deploy("m");
        assertThat(done(world.machines().stop("m")).message()).contains("the guest shut down");
        assertThat(done(world.machines().stop("m")).message()).isEmpty();
        done(world.machines().start("m"));
        world.guests.setStubborn(true);
        assertThat(done(world.machines().stop("m")).message().orElseThrow())
                .contains("did not shut down within", "ended on SIGTERM");
        world.guests.setStubborn(false);
        done(world.machines().start("m"));
        world.guests.setSilent(true);
        assertThat(done(world.machines().stop("m")).message())
                .contains("the guest shut down when its power button was pressed");
        Consistency.check(world);
    }

    private void look() {
        world.daemon().timer().runEvery(Duration.ofSeconds(5));
        settle();
    }

    @Test
    void aVmmThatHangsIsDiagnosedAndOneThatAnswersAgainIsNot() {
        world.deploy("m");
        look();
        look();
        assertThat(machine().diagnosis()).isEmpty();
        world.host.setStopped(world.vmm("m"), true);
        look();
        look();
        look();
        assertThat(machine().diagnosis().orElseThrow()).contains("has not answered since");
        assertThat(machine().status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(done(world.machines().restart("m")).state()).isEqualTo(OperationState.SUCCEEDED);
        look();
        assertThat(machine().diagnosis()).isEmpty();
    }

    @Test
    void whatAMachineUsesIsMeasured() {
        world.deploy("m");
        world.deployStopped("idle");
        look();
        MachineStats stats = world.machines().stats("m");
        assertThat(stats.cpuNanoseconds()).isPositive();
        assertThat(stats.memoryLimitBytes()).isEqualTo((512L + WorldDaemon.OVERHEAD_MIB) << 20);
        assertThat(stats.disk()).contains(new MachineStats.Disk(4096, 8192, 1, 2));
        // The host's end of the device has received 100 bytes.
        assertThat(stats.network()).contains(new MachineStats.Network(200, 100, 2, 1));
        assertThat(world.machines().stats()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("m");
            assertThat(one.disk()).isEmpty();
        });
        refused(
                "is not running: 'sistemo machine start idle'",
                () -> world.machines().stats("idle"));
        done(world.machines().pause("m"));
        assertThat(world.machines().stats("m").status()).isEqualTo(MachineStatus.PAUSED);
    }

    private static void refused(String words, org.assertj.core.api.ThrowableAssert.ThrowingCallable request) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(request)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.WRONG_STATE))
                .withMessageContaining(words);
    }
}
