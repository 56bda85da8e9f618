package io.sistemo.daemon;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimPlanner;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimStep;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ObservedClaim;
import io.sistemo.claim.Owner;
import io.sistemo.claim.Releasable;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.store.Database;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Brings what one owner holds to what is wanted: looks, takes the planner's next step, which changes one thing or commits, and
 * looks again until nothing is left to do.
 */
final class ClaimLoop {
    private static final Logger LOGGER = System.getLogger(ClaimLoop.class.getName());
    /** More than any plan needs; a loop that does not settle is a defect and must not spin. */
    private static final int MOST_STEPS = 100;

    private final Database database;
    private final Host host;

    ClaimLoop(Database database, Host host) {
        this.database = database;
        this.host = host;
    }

    /**
     * Things of one owner. Its claims on any others are left alone.
     *
     * @param wanted those that should be there
     * @param unwanted those that should be gone
     */
    record Holding(
            Owner owner,
            Map<ResourceKey, ? extends HostResource> wanted,
            Map<ResourceKey, ? extends Releasable> unwanted) {
        Optional<Releasable> thing(ResourceKey key) {
            return Optional.<Releasable>ofNullable(wanted.get(key)).or(() -> Optional.ofNullable(unwanted.get(key)));
        }

        /** The same things, all of which should be gone. */
        Holding withNothingWanted() {
            Map<ResourceKey, Releasable> all = new HashMap<>(unwanted);
            all.putAll(wanted);
            return new Holding(owner, Map.of(), all);
        }

        HostResource wanted(Claim claim) {
            return Optional.<HostResource>ofNullable(wanted.get(claim.key()))
                    .orElseThrow(() -> new IllegalStateException("nobody wants " + claim.key()));
        }
    }

    /** What is in the way could not be observed, or is not ours: nothing was done about it. */
    static final class Blocked extends HostException {
        private static final long serialVersionUID = 1;

        Blocked(String reason) {
            super(reason);
        }
    }

    /** The claims that there are on an owner's things. */
    List<Claim> claims(Holding holding) {
        return database.read(connection -> ClaimTable.ofOwner(connection, holding.owner())).stream()
                .filter(claim -> holding.thing(claim.key()).isPresent())
                .toList();
    }

    /**
     * Makes what is wanted be held, and nothing else.
     *
     * @throws Blocked when something cannot be observed or is not ours
     * @throws HostException when the host refuses, or what is made does not stay
     */
    void settle(Holding holding) {
        String bootId = host.bootId().value();
        for (int step = 0; step < MOST_STEPS; step++) {
            List<ObservedClaim> claims = claims(holding).stream()
                    .map(claim -> new ObservedClaim(
                            claim, observe(claim, holding.thing(claim.key()).orElseThrow())))
                    .toList();
            ClaimStep next = ClaimPlanner.next(holding.wanted().keySet(), claims, bootId);
            if (next instanceof ClaimStep.Settled) {
                return;
            }
            carryOut(next, holding, bootId);
        }
        throw new HostException("it does not stay as it is made");
    }

    /** What is held, and has another content than when it was made, is not whole: somebody has changed it. */
    static Observation observe(Claim claim, Releasable thing) {
        try {
            Observation seen = thing.observe();
            boolean isChanged = claim.state() == ClaimState.HELD
                    && claim.detail().isPresent()
                    && seen instanceof Observation.Present present
                    && !present.detail().equals(claim.detail());
            return isChanged ? Observation.PARTIAL : seen;
        } catch (HostException e) {
            return new Observation.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private void carryOut(ClaimStep step, Holding holding, String bootId) {
        switch (step) {
            case ClaimStep.Intend intend ->
                commit(intend.keys(), key -> connection -> {
                    ClaimTable.intend(connection, holding.owner(), key, bootId, Optional.empty());
                });
            case ClaimStep.Ensure ensure -> holding.wanted(ensure.claim()).ensure();
            case ClaimStep.Confirm confirm ->
                commit(confirm.claims(), observed -> connection -> {
                    ClaimTable.confirm(connection, observed.claim(), detail(observed.observation()));
                });
            case ClaimStep.MarkReleasing mark ->
                commit(mark.claims(), claim -> connection -> ClaimTable.markReleasing(connection, claim));
            case ClaimStep.Release release ->
                holding.thing(release.claim().key()).orElseThrow().release();
            case ClaimStep.Forget forget ->
                commit(forget.claims(), claim -> connection -> ClaimTable.forget(connection, claim));
            case ClaimStep.Lost lost -> makeAgain(lost.claim(), holding);
            case ClaimStep.Blocked blocked -> throw new Blocked(blocked.reason());
            case ClaimStep.Settled _ -> throw new IllegalStateException("nothing is left to do");
        }
    }

    /**
     * Before its claim forgets what it was: one that somebody has changed would be taken for a new one that is whole.
     */
    private void makeAgain(Claim claim, Holding holding) {
        LOGGER.log(
                Level.WARNING,
                "{0} {1} is not there as it was made: it is made again",
                claim.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                claim.key().name());
        holding.wanted(claim).ensure();
        commit(List.of(claim), lost -> connection -> ClaimTable.reinstate(connection, lost));
    }

    private static Optional<String> detail(Observation observation) {
        return observation instanceof Observation.Present present ? present.detail() : Optional.empty();
    }

    /** Changes some rows. */
    private interface Change {
        void make(Connection connection) throws SQLException;
    }

    private <T> void commit(List<T> subjects, Function<T, Change> change) {
        database.write(connection -> {
            for (T subject : subjects) {
                change.apply(subject).make(connection);
            }
            return Boolean.TRUE;
        });
    }
}
