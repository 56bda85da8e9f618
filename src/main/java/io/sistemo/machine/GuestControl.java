package io.sistemo.machine;

import io.sistemo.host.Signal;
import io.sistemo.operation.Operation;
import io.sistemo.vmm.PausesGuests;
import io.sistemo.vmm.PressesPowerButton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What one machine's driver tells its guest, through its VMM or from inside: to stand still, to go on, to shut down. */
final class GuestControl {
    private final MachineEnvironment environment;
    private final Runnable wake;
    private final GuestHold hold = new GuestHold();
    private Optional<Shutdown> shutdown = Optional.empty();

    GuestControl(MachineEnvironment environment, Runnable wake) {
        this.environment = environment;
        this.wake = wake;
    }

    /** Whether the guest stands still. */
    GuestHold hold() {
        return hold;
    }

    /** Whether the guest stands still, or runs, as the machine's row says. */
    boolean isHeldAsWanted(MachineRecord record) {
        boolean resuming = record.operation()
                .filter(operation -> MachineRequests.Action.of(operation) == MachineRequests.Action.RESUME)
                .isPresent();
        return hold.is(record.machine().supervision().paused(), resuming);
    }

    /** Lets the guest stand still, or run, as the machine's row says. */
    void hold(Machine machine, MachineBlueprint blueprint) {
        if (!(blueprint.kindOfVmm() instanceof PausesGuests vmm)) {
            throw new IllegalStateException("a pause is refused where the VMM cannot do it");
        }
        boolean paused = machine.supervision().paused();
        hold.set(paused, () -> {
            if (paused) {
                vmm.pause(environment.host(), blueprint.vmmAddress());
            } else {
                vmm.resume(environment.host(), blueprint.vmmAddress());
            }
        });
    }

    /**
     * Begins to let the guest shut down, if that has not begun.
     *
     * @return how long to wait before the next stage
     */
    Duration shutDown(MachineRecord record, MachineBlueprint blueprint) {
        if (shutdown.isEmpty()) {
            record.operation()
                    .map(Operation::id)
                    .ifPresent(operation -> environment
                            .operations()
                            .phase(operation, "waiting for the guest to shut down", OptionalInt.empty()));
            shutdown = Optional.of(Shutdown.begin(
                    environment.guests(),
                    blueprint.guest(),
                    new Hardware(record.machine(), blueprint),
                    environment.settings().stopTimeout(),
                    wake));
        }
        return Duration.between(Instant.now(), shutdown.get().deadline());
    }

    /** Goes on with a shutdown that has begun; tells whether nothing is left of it but to take the VMM. */
    boolean wasAskedInVain(MachineBlueprint blueprint) {
        return shutdown.isPresent()
                && shutdown.get()
                                .advance(() -> blueprint
                                        .vmm()
                                        .ifPresent(vmm ->
                                                environment.host().processes().signal(vmm, Signal.TERM)))
                        == Shutdown.Stage.OVER;
    }

    /** The machine holds no VMM any more; tells what that took, when its guest was asked. */
    Optional<String> ended(MachineBlueprint blueprint) {
        shutdown.ifPresent(Shutdown::end);
        Optional<String> outcome = shutdown.map(Shutdown::outcome);
        shutdown = Optional.empty();
        environment.guests().forget(blueprint.guest());
        return outcome;
    }

    /** What a VMM can do to make its guest shut down. */
    private final class Hardware implements Shutdown.Hardware {
        private final Machine machine;
        private final MachineBlueprint blueprint;

        Hardware(Machine machine, MachineBlueprint blueprint) {
            this.machine = machine;
            this.blueprint = blueprint;
        }

        @Override
        public void letGoOn() {
            if (machine.supervision().paused() && blueprint.kindOfVmm() instanceof PausesGuests vmm) {
                hold.set(false, () -> vmm.resume(environment.host(), blueprint.vmmAddress()));
            }
        }

        @Override
        public boolean pressPowerButton() {
            if (blueprint.kindOfVmm() instanceof PressesPowerButton vmm) {
                vmm.pressPowerButton(environment.host(), blueprint.vmmAddress());
                return true;
            }
            return false;
        }
    }
}
