package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.Forward;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.MachineName;
import io.sistemo.network.MachineNetwork;
import io.sistemo.network.NetworkTable;
import io.sistemo.store.InstallationId;
import io.sistemo.store.StoreException;
import io.sistemo.vmm.RunningVmm;
import io.sistemo.vmm.VmmCgroup;
import io.sistemo.vmm.VmmJail;
import io.sistemo.vmm.VmmProcess;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDisk;
import io.sistemo.volume.VolumeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Makes rows of sidecars, into a database that is being rebuilt. Everything that a machine may hold is claimed, whether it is
 * there or not: its driver then looks, keeps what belongs to a machine that runs, and releases the rest.
 */
public final class MachineRebuild {
    private final Connection connection;
    private final InstallationId installation;
    private final String bootId;

    /**
     * A rebuild inside one transaction.
     *
     * @param bootId of the boot that runs now
     */
    public MachineRebuild(Connection connection, InstallationId installation, String bootId) {
        this.connection = connection;
        this.installation = installation;
        this.bootId = bootId;
    }

    /** Where the cgroups of an installation's machines are. */
    public static String cgroups(InstallationId installation) {
        return MachineBlueprint.cgroups(installation);
    }

    /** The cgroup of a machine of an installation. */
    public static String cgroup(InstallationId installation, String machineId) {
        return MachineBlueprint.cgroups(installation) + "/" + machineId;
    }

    /**
     * Adds a machine, its network if that is the first on it, its address and its disks. One whose VMM runs is running, and
     * taken for one that has answered: to ask it again could end it. Another one is stopped.
     *
     * @param volumes its disks, attached to it
     * @param forwards of its forwards those whose ports no other machine has
     * @param jailed whether it has a jail
     */
    public void add(
            MachineSidecar sidecar,
            List<Volume> volumes,
            List<Forward> forwards,
            Optional<ProcessIdentity> vmm,
            boolean jailed)
            throws SQLException {
        if (NetworkTable.find(connection, sidecar.networkName()).isEmpty()) {
            NetworkTable.insert(connection, sidecar.toNetwork());
        }
        Machine machine = sidecar.toMachine();
        MachineTable.insert(connection, machine);
        MachineTable.booted(connection, machine.id());
        if (vmm.isPresent()) {
            MachineTable.intend(connection, machine.id(), Intent.RUNNING);
        } else {
            MachineTable.unbooted(connection, machine.id());
        }
        LeaseTable.lease(connection, sidecar.toNetwork(), sidecar.toAddress(), sidecar.id());
        for (Volume volume : volumes) {
            add(volume);
        }
        for (Forward forward : forwards) {
            if (!ForwardTable.insert(connection, sidecar.id(), forward, Optional.empty())) {
                throw new StoreException("two machines have the port " + forward.hostEnd());
            }
        }
        String cgroup = cgroup(installation, sidecar.id());
        Owner owner = MachineRecord.owner(machine.id());
        hold(owner, MachineDirectory.key(machine.id()), Optional.empty());
        hold(owner, VmmCgroup.key(cgroup), Optional.empty());
        hold(owner, MachineNetwork.key(machine.shortId()), Optional.empty());
        hold(owner, MachineName.key(sidecar.toNetwork().bridge(), machine.shortId()), Optional.empty());
        if (jailed) {
            hold(owner, VmmJail.key(sidecar.id()), Optional.empty());
        }
        hold(owner, VmmProcess.key(cgroup), vmm.map(process -> new RunningVmm(process, Optional.empty()).detail()));
    }

    /** Adds a disk, which its machine follows when it has one. */
    public void add(Volume volume) throws SQLException {
        VolumeTable.insert(connection, volume);
        hold(new Owner(OwnerType.VOLUME, volume.id().toString()), VolumeDisk.key(volume.id()), Optional.empty());
    }

    private void hold(Owner owner, ResourceKey key, Optional<String> detail) throws SQLException {
        ClaimTable.intend(connection, owner, key, bootId, Optional.empty());
        for (Claim claim : ClaimTable.ofOwner(connection, owner)) {
            if (claim.key().equals(key)) {
                ClaimTable.confirm(connection, claim, detail);
            }
        }
    }
}
