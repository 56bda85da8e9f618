package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.Attachment;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeAction;
import io.sistemo.volume.VolumeHolders;
import io.sistemo.volume.VolumeRequests;
import io.sistemo.volume.VolumeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Volumes and the machines that hold them. Attaching and detaching change one row, so each is one transaction, in which its
 * operation begins and ends; the machine's next start is what the guest sees of it.
 */
final class MachineVolumes {
    private final MachineEnvironment environment;

    MachineVolumes(MachineEnvironment environment) {
        this.environment = environment;
    }

    /**
     * What was done.
     *
     * @param operation has ended
     * @param machine whose disks are others now
     */
    record Done(OperationId operation, MachineId machine) {}

    Done attach(String reference, String volumeReference) {
        return inOneTransaction(VolumeAction.ATTACH, connection -> {
            Machine machine = MachineRequests.require(connection, reference);
            Volume volume = VolumeRequests.requireReady(connection, volumeReference);
            attachTo(
                    connection,
                    machine,
                    volume,
                    environment.vmm().capabilities().dataDisks(),
                    () -> requireStopped(connection, machine, volume.name() + " is attached"));
            return new Changed(volume, machine.id());
        });
    }

    Done detach(String reference, String volumeReference) {
        return inOneTransaction(VolumeAction.DETACH, connection -> {
            Machine machine = MachineRequests.require(connection, reference);
            Volume volume = VolumeRequests.require(connection, volumeReference);
            VolumeRequests.requireIdle(connection, List.of(volume));
            if (!volume.machineId().equals(Optional.of(machine.id().value()))) {
                throw new Refusal(
                        RefusalCode.WRONG_STATE,
                        "The volume " + volume.name() + " is not attached to " + machine.name()
                                + ": 'sistemo volume list' shows what is attached where.");
            }
            if (volume.boots()) {
                throw new Refusal(
                        RefusalCode.WRONG_STATE,
                        machine.name() + " boots from " + volume.name() + ": 'sistemo machine delete " + machine.name()
                                + " --preserve-storage' deletes the machine and keeps the volume.");
            }
            requireStopped(connection, machine, volume.name() + " is detached");
            VolumeTable.detach(connection, volume.id());
            return new Changed(volume, machine.id());
        });
    }

    /** A check that is made once it is known that the volume is free. */
    private interface Check {
        void make() throws SQLException;
    }

    private static void attachTo(Connection connection, Machine machine, Volume volume, int most, Check check)
            throws SQLException {
        if (volume.machineId().isPresent()) {
            throw attachedAlready(connection, volume);
        }
        check.make();
        Attachment attachment = new Attachment(machine.id().value(), freeSlot(connection, machine, most));
        if (!VolumeTable.attach(connection, volume.id(), attachment)) {
            throw new Refusal(RefusalCode.IN_USE, "The volume " + volume.name() + " is not free any more.");
        }
    }

    /** Attaches a volume to a machine that is being deployed, as its last data disk. */
    static void attachToNew(Connection connection, Machine machine, Volume volume, int most) throws SQLException {
        attachTo(connection, machine, volume, most, () -> {});
    }

    /** The refusal of a volume that some machine has. */
    static Refusal attachedAlready(Connection connection, Volume volume) throws SQLException {
        String holder = MachineTable.find(
                        connection, new MachineId(volume.machineId().orElseThrow()))
                .map(Machine::name)
                .orElseThrow();
        String instead = volume.boots()
                ? ", which boots from it."
                : ": 'sistemo machine volume detach " + holder + " " + volume.name() + "' detaches it.";
        return new Refusal(RefusalCode.IN_USE, "The volume " + volume.name() + " is attached to " + holder + instead);
    }

    private static int freeSlot(Connection connection, Machine machine, int most) throws SQLException {
        Set<Integer> taken = new HashSet<>();
        for (Volume volume : VolumeTable.ofMachine(connection, machine.id().value())) {
            taken.add(volume.attachment().orElseThrow().slot());
        }
        // Behind all others where that is possible, so that no disk that is there gets another name in the guest.
        int behind = taken.stream().mapToInt(Integer::intValue).max().orElse(Attachment.ROOT_SLOT) + 1;
        if (behind <= most) {
            return behind;
        }
        for (int slot = Attachment.ROOT_SLOT + 1; slot <= most; slot++) {
            if (!taken.contains(slot)) {
                return slot;
            }
        }
        throw new Refusal(
                RefusalCode.IMPOSSIBLE,
                machine.name() + " has " + most + " data volumes already, and its VMM has no place for more.");
    }

    /**
     * Goes on only when a machine is stopped, and stays so until the transaction ends.
     *
     * @param what is done only then, for the message
     * @throws Refusal WRONG_STATE
     */
    private static void requireStopped(Connection connection, Machine machine, String what) throws SQLException {
        Optional<Operation> running = OperationTable.runningOn(
                connection, Machine.TARGET, machine.id().toString());
        if (running.isPresent()) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    machine.name() + " is "
                            + MachineRequests.Action.of(running.get()).description()
                            + ": wait until that has ended, then try again.");
        }
        if (!rests(connection, machine)) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    machine.name() + " is running, and " + what + " only while it is stopped: 'sistemo machine stop "
                            + machine.name() + "' stops it.");
        }
    }

    private static boolean rests(Connection connection, Machine machine) throws SQLException {
        return machine.intent() == Intent.STOPPED
                && ClaimTable.ofOwner(connection, MachineRecord.owner(machine.id())).stream()
                        .map(Claim::kind)
                        .noneMatch(kind -> kind == ClaimKind.VMM);
    }

    /** What volumes ask of the machines that hold them. */
    static VolumeHolders holders() {
        return new VolumeHolders() {
            @Override
            public Map<UUID, String> names(Connection connection) throws SQLException {
                Map<UUID, String> names = new HashMap<>();
                for (Machine machine : MachineTable.all(connection)) {
                    names.put(machine.id().value(), machine.name());
                }
                return names;
            }

            @Override
            public boolean isStopped(Connection connection, UUID machineId) throws SQLException {
                Optional<Machine> machine = MachineTable.find(connection, new MachineId(machineId));
                return machine.isPresent()
                        && OperationTable.runningOn(connection, Machine.TARGET, machineId.toString())
                                .isEmpty()
                        && rests(connection, machine.get());
            }

            @Override
            public void requireStopped(Connection connection, UUID machineId, String purpose) throws SQLException {
                Machine machine =
                        MachineTable.find(connection, new MachineId(machineId)).orElseThrow();
                MachineVolumes.requireStopped(connection, machine, purpose);
            }
        };
    }

    private record Changed(Volume volume, MachineId machine) {}

    /** Checks a request and makes the change. */
    private interface Change {
        Changed make(Connection connection) throws SQLException;
    }

    private Done inOneTransaction(VolumeAction action, Change change) {
        Done done = environment.operations().accept(connection -> {
            Changed changed = change.make(connection);
            MachineForwards.renewSidecar(connection, changed.machine());
            Operation operation = Operations.beginning(
                    action.kind(),
                    Volume.TARGET,
                    changed.volume().id().toString(),
                    changed.volume().name());
            OperationTable.begin(connection, operation);
            OperationTable.end(connection, operation.id());
            return new Done(operation.id(), changed.machine());
        });
        environment.operations().ended(done.operation());
        return done;
    }
}
