package io.sistemo.claim;

import io.sistemo.claim.ClaimStep.Blocked;
import io.sistemo.claim.ClaimStep.Confirm;
import io.sistemo.claim.ClaimStep.Ensure;
import io.sistemo.claim.ClaimStep.Forget;
import io.sistemo.claim.ClaimStep.Intend;
import io.sistemo.claim.ClaimStep.Lost;
import io.sistemo.claim.ClaimStep.MarkReleasing;
import io.sistemo.claim.ClaimStep.Release;
import io.sistemo.claim.ClaimStep.Settled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides the next step for one owner's claims, from what is wanted, what the ledger says and what was observed. Pure.
 *
 * <pre>
 * claim      wanted, this boot                         not wanted, or of an earlier boot
 * (no row)   Intend                                    -
 * INTENDED   present: Confirm; else Ensure             MarkReleasing
 * HELD       present: nothing; absent, partial: Lost   MarkReleasing
 * RELEASING  present, partial: Release; absent: Forget (then Intend, if it is wanted)
 * any        unknown: Blocked                          unknown: Blocked
 * </pre>
 *
 * Releases come first, last built first; then what is wanted, in the order of {@link ClaimKind}. All commits of one
 * sort are one step, since each costs a write to the disk.
 */
public final class ClaimPlanner {
    private static final Comparator<ObservedClaim> BUILD_ORDER = Comparator.comparing(
                    (ObservedClaim observed) -> observed.claim().kind())
            .thenComparing(observed -> observed.claim().key().name());

    private ClaimPlanner() {}

    /**
     * The next step.
     *
     * @param wanted what the owner should hold
     * @param claims every claim of the owner that may be acted on
     * @param bootId the boot that runs now
     */
    public static ClaimStep next(Set<ResourceKey> wanted, List<ObservedClaim> claims, String bootId) {
        List<ObservedClaim> inBuildOrder = claims.stream().sorted(BUILD_ORDER).toList();
        return releases(wanted, inBuildOrder.reversed(), bootId)
                .or(() -> missing(wanted, inBuildOrder))
                .or(() -> building(inBuildOrder))
                .orElseGet(Settled::new);
    }

    private static Optional<ClaimStep> releases(Set<ResourceKey> wanted, List<ObservedClaim> claims, String bootId) {
        List<ObservedClaim> leaving = claims.stream()
                .filter(observed -> leaves(observed.claim(), wanted, bootId))
                .toList();
        List<Claim> unmarked = leaving.stream()
                .map(ObservedClaim::claim)
                .filter(claim -> claim.state() != ClaimState.RELEASING)
                .toList();
        if (!unmarked.isEmpty()) {
            return Optional.of(new MarkReleasing(unmarked));
        }
        List<Claim> gone = new ArrayList<>();
        for (ObservedClaim observed : leaving) {
            switch (observed.observation()) {
                case Observation.Unknown unknown -> {
                    return Optional.of(new Blocked(observed.claim(), unknown.reason()));
                }
                case Observation.Present present -> {
                    return Optional.of(new Release(observed.claim()));
                }
                case Observation.Partial partial -> {
                    return Optional.of(new Release(observed.claim()));
                }
                case Observation.Absent absent -> gone.add(observed.claim());
            }
        }
        return gone.isEmpty() ? Optional.empty() : Optional.of(new Forget(List.copyOf(gone)));
    }

    private static boolean leaves(Claim claim, Set<ResourceKey> wanted, String bootId) {
        return claim.state() == ClaimState.RELEASING || !wanted.contains(claim.key()) || claim.isStale(bootId);
    }

    private static Optional<ClaimStep> missing(Set<ResourceKey> wanted, List<ObservedClaim> claims) {
        Set<ResourceKey> missing = new HashSet<>(wanted);
        claims.forEach(observed -> missing.remove(observed.claim().key()));
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Intend(missing.stream()
                .sorted(Comparator.comparing(ResourceKey::kind).thenComparing(ResourceKey::name))
                .toList()));
    }

    private static Optional<ClaimStep> building(List<ObservedClaim> claims) {
        List<ObservedClaim> toConfirm = new ArrayList<>();
        for (ObservedClaim observed : claims) {
            Claim claim = observed.claim();
            boolean intended = claim.state() == ClaimState.INTENDED;
            switch (observed.observation()) {
                case Observation.Unknown unknown -> {
                    return Optional.of(new Blocked(claim, unknown.reason()));
                }
                case Observation.Present present -> {
                    if (intended) {
                        toConfirm.add(observed);
                    }
                }
                case Observation.Partial partial -> {
                    return Optional.of(intended ? new Ensure(claim) : new Lost(claim));
                }
                case Observation.Absent absent -> {
                    return Optional.of(intended ? new Ensure(claim) : new Lost(claim));
                }
            }
        }
        return toConfirm.isEmpty() ? Optional.empty() : Optional.of(new Confirm(List.copyOf(toConfirm)));
    }
}
