package io.sistemo.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table in the planner's description, cell by cell, and what holds for every mix of cells. */
class ClaimPlannerTest {
    private static final String NOW = "boot-2";
    private static final String BEFORE = "boot-1";
    private static final ResourceKey THING = new ResourceKey(ClaimKind.CGROUP, "thing");
    private static final Observation UNKNOWN = new Observation.Unknown("nobody knows");

    private static Claim claim(long id, ResourceKey key, ClaimState state, String bootId) {
        return new Claim(id, Owner.HOST, key, state, bootId, Origin.MADE, Optional.empty(), Optional.empty());
    }

    private static Observation observation(String name) {
        return switch (name) {
            case "present" -> Observation.PRESENT;
            case "partial" -> Observation.PARTIAL;
            case "absent" -> Observation.ABSENT;
            default -> UNKNOWN;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "INTENDED,  present, true,  Confirm",
        "INTENDED,  partial, true,  Ensure",
        "INTENDED,  absent,  true,  Ensure",
        "INTENDED,  unknown, true,  Blocked",
        "HELD,      present, true,  Settled",
        "HELD,      partial, true,  Lost",
        "HELD,      absent,  true,  Lost",
        "HELD,      unknown, true,  Blocked",
        "RELEASING, present, true,  Release",
        "RELEASING, partial, true,  Release",
        "RELEASING, absent,  true,  Forget",
        "RELEASING, unknown, true,  Blocked",
        "INTENDED,  present, false, MarkReleasing",
        "INTENDED,  partial, false, MarkReleasing",
        "INTENDED,  absent,  false, MarkReleasing",
        "INTENDED,  unknown, false, MarkReleasing",
        "HELD,      present, false, MarkReleasing",
        "HELD,      partial, false, MarkReleasing",
        "HELD,      absent,  false, MarkReleasing",
        "HELD,      unknown, false, MarkReleasing",
        "RELEASING, present, false, Release",
        "RELEASING, partial, false, Release",
        "RELEASING, absent,  false, Forget",
        "RELEASING, unknown, false, Blocked",
    })
    void eachCell(ClaimState state, String seen, boolean wanted, String step) {
        ObservedClaim observed = new ObservedClaim(claim(1, THING, state, NOW), observation(seen));
        assertThat(ClaimPlanner.next(wanted ? Set.of(THING) : Set.of(), List.of(observed), NOW)
                        .getClass()
                        .getSimpleName())
                .isEqualTo(step);
        // What is of an earlier boot leaves, wanted or not.
        ObservedClaim stale = new ObservedClaim(claim(1, THING, state, BEFORE), observation(seen));
        ClaimStep unwanted = ClaimPlanner.next(Set.of(), List.of(observed), NOW);
        assertThat(ClaimPlanner.next(Set.of(THING), List.of(stale), NOW).getClass())
                .isEqualTo(unwanted.getClass());
    }

    @Test
    void whatIsWantedAndHasNoClaimIsIntendedInTheOrderInWhichItIsBuilt() {
        Set<ResourceKey> wanted = new HashSet<>();
        for (ClaimKind kind : ClaimKind.values()) {
            wanted.add(new ResourceKey(kind, "x"));
        }
        assertThat(ClaimPlanner.next(wanted, List.of(), NOW))
                .isInstanceOfSatisfying(
                        ClaimStep.Intend.class,
                        intend -> assertThat(intend.keys())
                                .extracting(ResourceKey::kind)
                                .containsExactly(ClaimKind.values()));
    }

    @Test
    void whatWasBuiltLastIsReleasedFirst() {
        List<ObservedClaim> claims = new ArrayList<>();
        for (ClaimKind kind : ClaimKind.values()) {
            claims.add(new ObservedClaim(
                    claim(claims.size(), new ResourceKey(kind, "x"), ClaimState.RELEASING, NOW), Observation.PRESENT));
        }
        assertThat(ClaimPlanner.next(Set.of(), claims, NOW))
                .isInstanceOfSatisfying(
                        ClaimStep.Release.class,
                        release -> assertThat(release.claim().kind()).isEqualTo(ClaimKind.VMM));
    }

    @Test
    void aDurableThingOutlivesTheBoot() {
        Claim disk = claim(1, new ResourceKey(ClaimKind.DISK, "d"), ClaimState.HELD, BEFORE);
        assertThat(ClaimPlanner.next(Set.of(disk.key()), List.of(new ObservedClaim(disk, Observation.PRESENT)), NOW))
                .isEqualTo(new ClaimStep.Settled());
    }

    /** A ledger and a host that obey. */
    private static final class Simulation {
        final Random random;
        final Set<ResourceKey> wanted = new HashSet<>();
        final Map<Long, Claim> claims = new HashMap<>();
        final Map<ResourceKey, Observation> host = new HashMap<>();
        long nextId;

        Simulation(long seed) {
            random = new Random(seed);
            for (ClaimKind kind : EnumSet.allOf(ClaimKind.class)) {
                for (int i = 0; i < 2; i++) {
                    ResourceKey key = new ResourceKey(kind, kind + " " + i);
                    if (random.nextBoolean()) {
                        wanted.add(key);
                    }
                    if (random.nextBoolean()) {
                        ClaimState state = List.of(ClaimState.values()).get(random.nextInt(3));
                        put(key, state, random.nextInt(4) == 0 ? BEFORE : NOW);
                        host.put(
                                key,
                                observation(List.of("present", "partial", "absent", "unknown")
                                        .get(random.nextInt(4))));
                    }
                }
            }
        }

        void put(ResourceKey key, ClaimState state, String bootId) {
            nextId++;
            claims.put(nextId, claim(nextId, key, state, bootId));
        }

        ClaimStep next() {
            return ClaimPlanner.next(
                    wanted,
                    claims.values().stream()
                            .map(claim -> new ObservedClaim(claim, host.getOrDefault(claim.key(), Observation.ABSENT)))
                            .toList(),
                    NOW);
        }

        void turn(Claim claim, ClaimState state) {
            claims.put(claim.id(), claim(claim.id(), claim.key(), state, claim.bootId()));
        }

        void release(Claim claim) {
            assertThat(host.get(claim.key())).as("never what is unknown").isNotEqualTo(UNKNOWN);
            assertThat(claim.state()).isEqualTo(ClaimState.RELEASING);
            host.put(claim.key(), Observation.ABSENT);
        }

        void mark(Claim claim) {
            if (claim.kind().lifetime() == Lifetime.DURABLE) {
                assertThat(wanted).as("durable things leave only when unwanted").doesNotContain(claim.key());
            }
            turn(claim, ClaimState.RELEASING);
        }

        /** Does a step; false at the end. */
        boolean carryOut(ClaimStep step) {
            switch (step) {
                case ClaimStep.Intend(var keys) -> keys.forEach(key -> put(key, ClaimState.INTENDED, NOW));
                case ClaimStep.Ensure(var claim) -> host.put(claim.key(), Observation.PRESENT);
                case ClaimStep.Confirm(var held) -> held.forEach(each -> turn(each.claim(), ClaimState.HELD));
                case ClaimStep.MarkReleasing(var leaving) -> leaving.forEach(this::mark);
                case ClaimStep.Release(var claim) -> release(claim);
                case ClaimStep.Forget(var gone) ->
                    gone.forEach(claim -> {
                        assertThat(host.getOrDefault(claim.key(), Observation.ABSENT))
                                .isEqualTo(Observation.ABSENT);
                        claims.remove(claim.id());
                    });
                case ClaimStep.Lost(var claim) -> turn(claim, ClaimState.INTENDED);
                case ClaimStep.Blocked(var claim, var _) -> {
                    assertThat(host.get(claim.key())).isEqualTo(UNKNOWN);
                    // At last somebody can look.
                    host.put(claim.key(), random.nextBoolean() ? Observation.PRESENT : Observation.ABSENT);
                }
                case ClaimStep.Settled() -> {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void fromAnywhereItSettlesInFewSteps() {
        for (long seed = 0; seed < 3000; seed++) {
            Simulation simulation = new Simulation(seed);
            int steps = 0;
            while (simulation.carryOut(simulation.next())) {
                steps++;
                assertThat(steps).as("seed %d", seed).isLessThan(100);
            }
            assertThat(simulation.claims.values())
                    .as("seed %d", seed)
                    .allSatisfy(claim -> assertThat(claim.state()).isEqualTo(ClaimState.HELD))
                    .extracting(Claim::key)
                    .containsExactlyInAnyOrderElementsOf(simulation.wanted);
            simulation.host.values().removeIf(Observation.ABSENT::equals);
            assertThat(simulation.host.keySet()).as("seed %d", seed).isEqualTo(simulation.wanted);
        }
    }
}
