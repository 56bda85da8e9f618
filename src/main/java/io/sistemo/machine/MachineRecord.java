package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.network.Forward;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.Ipv4;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.store.StoreException;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that the database says of one machine at one moment.
 *
 * @param machine its row
 * @param volumes its disks, in the order of their places
 * @param network its network
 * @param address its lease
 * @param forwards its forwards, by port
 * @param claims what is held for it, and for those of its volumes that it looks after
 * @param operation the operation that runs on it
 */
record MachineRecord(
        Machine machine,
        List<Volume> volumes,
        Network network,
        Ipv4 address,
        List<Forward> forwards,
        List<Claim> claims,
        Optional<Operation> operation) {

    /** Reads all of it, in the caller's transaction; empty when there is no such machine. */
    static Optional<MachineRecord> find(Connection connection, MachineId id) throws SQLException {
        Optional<Machine> machine = MachineTable.find(connection, id);
        if (machine.isEmpty()) {
            return Optional.empty();
        }
        String name = machine.get().shape().network();
        Network network = NetworkTable.find(connection, name)
                .orElseThrow(() -> new StoreException("the network " + name + " has no row"));
        Ipv4 address = LeaseTable.find(connection, id.toString())
                .orElseThrow(() -> new StoreException("the machine " + id + " has no lease"));
        List<Volume> volumes = VolumeTable.ofMachine(connection, id.value());
        List<Claim> claims = new ArrayList<>(ClaimTable.ofOwner(connection, owner(id)));
        for (Volume volume : volumes) {
            if (!cares(machine.get().intent(), volume)) {
                continue;
            }
            claims.addAll(ClaimTable.ofOwner(
                    connection, new Owner(OwnerType.VOLUME, volume.id().toString())));
        }
        return Optional.of(new MachineRecord(
                machine.get(),
                volumes,
                network,
                address,
                ForwardTable.ofMachine(connection, id.toString()),
                List.copyOf(claims),
                OperationTable.runningOn(connection, Machine.TARGET, id.toString())));
    }

    /**
     * Whether a machine's driver looks after a disk: while the machine should run, and when the disk is to go with it. Else
     * the disk is left to what is done with the volume.
     */
    static boolean cares(Intent intent, Volume volume) {
        return switch (intent) {
            case RUNNING, RESTARTING -> true;
            case STOPPED, GONE -> volume.doomed();
        };
    }

    /** The machine as an owner of claims. */
    static Owner owner(MachineId id) {
        return new Owner(OwnerType.MACHINE, id.toString());
    }

    /** Whether it has to boot though nobody waits for that: its VMM is not there, or has not answered yet. */
    boolean bootsUnasked() {
        boolean runs = machine.booted()
                && claims.stream().anyMatch(claim -> claim.kind() == ClaimKind.VMM && claim.state() == ClaimState.HELD);
        boolean unasked = operation.isEmpty() || operation.get().action().equals(OperationKind.MACHINE_REBOOT.action());
        return machine.wantsVmm() && unasked && !runs;
    }

    /** The volume that it boots from. */
    Volume root() {
        return volumes.stream()
                .filter(Volume::boots)
                .findFirst()
                .orElseThrow(() -> new StoreException("the machine " + machine.id() + " has no root volume"));
    }
}
