package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ObservedClaim;
import io.sistemo.claim.Origin;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.claim.ResourceKey;
import io.sistemo.guest.HostKey;
import io.sistemo.network.Ipv4;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The planner's table, and what users see in each state. */
class MachinePlannerTest {
    private static final String BOOT = "boot-1";
    private static final ResourceKey VMM = new ResourceKey(ClaimKind.VMM, "group");
    private static final HostKey KEY = HostKey.generate();

    private static Machine machine(Intent intent, boolean created, boolean booted, Optional<String> failure) {
        return machine(
                intent, created, booted, failure, new Supervision(RestartPolicy.ALWAYS, 0, Optional.empty(), false));
    }

    private static Machine machine(
            Intent intent, boolean created, boolean booted, Optional<String> failure, Supervision supervision) {
        return new Machine(
                MachineId.random(),
                "m",
                "12345678",
                intent,
                created,
                booted,
                failure,
                supervision,
                new Machine.Shape("tiny", "sha256:00", 1, 64, 16, "default", Map.of()),
                1,
                KEY,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static Claim vmm(ClaimState state, String bootId) {
        return new Claim(
                1,
                new Owner(OwnerType.MACHINE, "m"),
                VMM,
                state,
                bootId,
                Origin.MADE,
                Optional.empty(),
                Optional.of("7 8 " + bootId));
    }

    private static String next(Machine machine, Set<ResourceKey> wanted, List<ObservedClaim> claims, boolean asked) {
        MachineStep step = MachinePlanner.next(new MachineView(machine, wanted, claims, BOOT, true, asked));
        return step instanceof MachineStep.OfClaims(var ofClaims)
                ? ofClaims.getClass().getSimpleName()
                : step.getClass().getSimpleName();
    }

    @ParameterizedTest
    @CsvSource({"RUNNING, Finish", "RESTARTING, StartAgain", "STOPPED, Finish", "GONE, Vanish"})
    void whenAllThatIsWantedIsHeld(Intent intent, String step) {
        assertThat(next(machine(intent, true, true, Optional.empty()), Set.of(), List.of(), false))
                .isEqualTo(step);
    }

    @Test
    void aBootThatHasNotAnsweredIsAwaited() {
        assertThat(next(machine(Intent.RUNNING, true, false, Optional.empty()), Set.of(), List.of(), false))
                .isEqualTo("AwaitReady");
    }

    @Test
    void aMachineThatWaitsToBeStartedAgainHoldsNothingMeanwhile() {
        Supervision waiting = new Supervision(RestartPolicy.ALWAYS, 2, Optional.of(Instant.EPOCH), false);
        Machine machine = machine(Intent.RUNNING, true, false, Optional.of("why"), waiting);
        assertThat(machine.wantsVmm()).isFalse();
        assertThat(next(machine, Set.of(), List.of(), false)).isEqualTo("AwaitRestart");
        MachineDetails details = MachineState.derive(
                machine,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(details.status()).isEqualTo(MachineStatus.MAINTENANCE);
        assertThat(details.maintenanceOperation()).contains("reboot");
        assertThat(details.error()).contains("why");
    }

    @Test
    void aGuestIsHeldOrLetGoOnBeforeTheMachineIsWhatItShouldBe() {
        Machine paused = machine(
                Intent.RUNNING,
                true,
                true,
                Optional.empty(),
                new Supervision(RestartPolicy.NO, 0, Optional.empty(), true));
        assertThat(MachinePlanner.next(new MachineView(paused, Set.of(), List.of(), BOOT, false, false)))
                .isEqualTo(new MachineStep.HoldGuest());
        assertThat(MachinePlanner.next(new MachineView(paused, Set.of(), List.of(), BOOT, true, false)))
                .isEqualTo(new MachineStep.Finish());
        assertThat(MachineState.derive(
                                paused,
                                Optional.empty(),
                                List.of(),
                                List.of(),
                                Optional.of(vmm(ClaimState.HELD, BOOT)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("told below"))
                        .status())
                .isEqualTo(MachineStatus.PAUSED);
    }

    @ParameterizedTest
    @CsvSource({
        "RESTARTING, true,  false, ShutDownGuest",
        "STOPPED,    true,  false, ShutDownGuest",
        "GONE,       true,  false, MarkReleasing",
        "STOPPED,    true,  true,  MarkReleasing",
        "STOPPED,    false, false, MarkReleasing",
    })
    void aVmmThatIsNotWantedAnyMore(Intent intent, boolean booted, boolean asked, String step) {
        List<ObservedClaim> claims = List.of(new ObservedClaim(vmm(ClaimState.HELD, BOOT), Observation.PRESENT));
        assertThat(next(machine(intent, true, booted, Optional.empty()), Set.of(), claims, asked))
                .isEqualTo(step);
    }

    @Test
    void aVmmOfAnEarlierBootIsNotAskedForAnything() {
        List<ObservedClaim> claims = List.of(new ObservedClaim(vmm(ClaimState.HELD, "boot-0"), Observation.PRESENT));
        assertThat(next(machine(Intent.STOPPED, true, true, Optional.empty()), Set.of(), claims, false))
                .isEqualTo("MarkReleasing");
    }

    @Test
    void aVmmThatIsLostEndsTheRunAndAnythingElseIsMadeAgain() {
        Machine running = machine(Intent.RUNNING, true, true, Optional.empty());
        assertThat(next(
                        running,
                        Set.of(VMM),
                        List.of(new ObservedClaim(vmm(ClaimState.HELD, BOOT), Observation.ABSENT)),
                        false))
                .isEqualTo("VmmEnded");
        ResourceKey network = new ResourceKey(ClaimKind.MACHINE_NETWORK, "sv-1");
        Claim claim = new Claim(
                2,
                new Owner(OwnerType.MACHINE, "m"),
                network,
                ClaimState.HELD,
                BOOT,
                Origin.MADE,
                Optional.empty(),
                Optional.empty());
        assertThat(next(running, Set.of(network), List.of(new ObservedClaim(claim, Observation.PARTIAL)), false))
                .isEqualTo("Reinstate");
    }

    @ParameterizedTest
    @CsvSource({
        // intent, booted, vmm held, failure, trouble -> status
        "RUNNING,    true,  true,  '',  '',  RUNNING",
        "RUNNING,    true,  false, '',  '',  MAINTENANCE",
        "RUNNING,    false, true,  '',  '',  MAINTENANCE",
        "RUNNING,    true,  true,  '',  why, ERROR",
        "RESTARTING, true,  true,  '',  '',  MAINTENANCE",
        "STOPPED,    true,  false, '',  '',  STOPPED",
        "STOPPED,    true,  false, why, '',  FAILED",
        "GONE,       true,  false, '',  '',  MAINTENANCE",
        "GONE,       true,  false, '',  why, ERROR",
    })
    void whatUsersSee(Intent intent, boolean booted, boolean held, String failure, String trouble, MachineStatus seen) {
        MachineDetails details = MachineState.derive(
                machine(intent, true, booted, text(failure)),
                Optional.of(Ipv4.parse("10.0.0.2")),
                List.of(),
                List.of(),
                held ? Optional.of(vmm(ClaimState.HELD, BOOT)) : Optional.empty(),
                Optional.empty(),
                text(trouble),
                Optional.of("it hangs"));
        assertThat(details.diagnosis().isPresent()).isEqualTo(held);
        assertThat(details.status()).isEqualTo(seen);
        assertThat(details.error()).isEqualTo(text(failure).or(() -> text(trouble)));
        assertThat(details.vmmPid().isPresent()).isEqualTo(held);
        assertThat(details.maintenanceOperation().isPresent()).isEqualTo(seen == MachineStatus.MAINTENANCE);
    }

    private static Optional<String> text(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    @ParameterizedTest
    @EnumSource
    void aVmmThatIsNotHeldYetIsNotShown(ClaimState state) {
        MachineDetails details = MachineState.derive(
                machine(Intent.RUNNING, true, false, Optional.empty()),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(vmm(state, BOOT)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(details.vmmPid().isPresent()).isEqualTo(state == ClaimState.HELD);
    }
}
