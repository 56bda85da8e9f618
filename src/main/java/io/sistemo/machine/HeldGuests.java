package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.HostException;
import io.sistemo.store.StoreException;
import io.sistemo.vmm.HoldsGuests;
import io.sistemo.vmm.VmmAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Guests that were held because the disk had no room go on when there is some. They are looked for only after the disk was
 * short or one was seen standing still, since a thousand VMMs are not asked for nothing.
 */
final class HeldGuests {
    private static final Logger LOGGER = System.getLogger(HeldGuests.class.getName());
    private static final long MEBIBYTE = 1L << 20;
    /** What guests may use up between two looks beside what should stay free anyway. */
    private static final long MARGIN_BYTES = 64 * MEBIBYTE;
    /** With less it is not worth while to try. */
    private static final long ENOUGH_BYTES = MEBIBYTE;

    private final MachineEnvironment environment;
    private final Function<MachineId, GuestHold> holds;
    private final SerialWork work = new SerialWork("held guests", this::lookOrSay);
    /** Nobody knows what was before this daemon. */
    private volatile boolean wasShort = true;

    /**
     * Looks for them when it is told to.
     *
     * @param holds by which guests are told to go on
     */
    HeldGuests(MachineEnvironment environment, Function<MachineId, GuestHold> holds) {
        this.environment = environment;
        this.holds = holds;
    }

    /** Looks, on a thread of its own. */
    void wake() {
        work.wake();
    }

    /** One was seen that is held: the disk was short for less time than there is between two looks. */
    void seenHeld() {
        wasShort = true;
        work.wake();
    }

    private void lookOrSay() {
        try {
            look();
        } catch (HostException | StoreException e) {
            wasShort = true;
            LOGGER.log(Level.WARNING, "it cannot be seen whether guests are held: {0}", e.getMessage());
        }
    }

    private void look() {
        long free = environment.host().freeBytes(environment.directory().root());
        boolean isShort = free < environment.settings().limits().minDiskFreeMib() * MEBIBYTE + MARGIN_BYTES;
        if (wasShort && free >= ENOUGH_BYTES) {
            wasShort = isShort;
            running().forEach(this::goOn);
        } else if (isShort) {
            wasShort = true;
        }
    }

    private record Running(Machine machine, boolean isJailed) {}

    private List<Running> running() {
        String bootId = environment.host().bootId().value();
        return environment.database().read(connection -> {
            Set<String> held = owners(ClaimTable.ofKind(connection, ClaimKind.VMM).stream()
                    .filter(claim -> claim.state() == ClaimState.HELD && !claim.isStale(bootId)));
            Set<String> jailed = owners(ClaimTable.ofKind(connection, ClaimKind.JAIL).stream());
            return MachineTable.all(connection).stream()
                    .filter(machine -> held.contains(machine.id().toString()))
                    .map(machine ->
                            new Running(machine, jailed.contains(machine.id().toString())))
                    .toList();
        });
    }

    private static Set<String> owners(Stream<Claim> claims) {
        return claims.map(claim -> claim.owner().id()).collect(Collectors.toSet());
    }

    private boolean isPaused(MachineId id) {
        return environment
                .database()
                .read(connection -> MachineTable.find(connection, id))
                .filter(machine -> machine.supervision().paused())
                .isPresent();
    }

    /** One that ends just now cannot be told, and need not. Any other is told the next time. */
    private void goOn(Running running) {
        if (!(environment.vmm(running.isJailed()) instanceof HoldsGuests vmm)) {
            return;
        }
        Machine machine = running.machine();
        try {
            VmmAddress address = MachineBlueprint.vmmAddress(environment, machine);
            holds.apply(machine.id()).unless(() -> isPaused(machine.id()), () -> vmm.goOn(environment.host(), address));
        } catch (HostException e) {
            wasShort = true;
            LOGGER.log(Level.DEBUG, "{0} cannot be told to go on: {1}", machine.name(), e.getMessage());
        }
    }
}
