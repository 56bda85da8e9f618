package io.sistemo.machine;

import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.ResourceKey;
import io.sistemo.guest.HostKey;
import io.sistemo.host.HostException;
import io.sistemo.image.ImageTable;
import io.sistemo.image.StoredImage;
import io.sistemo.network.Forward;
import io.sistemo.network.LeaseTable;
import io.sistemo.network.Network;
import io.sistemo.network.Networks;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.ConstraintException;
import io.sistemo.vmm.VmmCapabilities;
import io.sistemo.volume.Attachment;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeId;
import io.sistemo.volume.VolumeRequests;
import io.sistemo.volume.VolumeTable;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Accepts a deploy: checks all of it before anything is made, then commits every row of the machine in one transaction. */
final class MachineDeploy {
    private static final int DEFAULT_VCPUS = 2;
    private static final int DEFAULT_MEMORY_MIB = 512;
    private static final int DEFAULT_STORAGE_MIB = 2048;
    private static final int SMALLEST_MEMORY_MIB = 64;
    private static final int SMALLEST_STORAGE_MIB = 16;
    /** A range of users that no distribution gives out, above those of containers (systemd's UIDS-GIDS.md). */
    private static final long FIRST_VMM_UID = 0x7000_0000L;

    private static final int VMM_UID_COUNT = 0x0fff_0000;

    private final MachineEnvironment environment;
    private final DeploySpec spec;

    MachineDeploy(MachineEnvironment environment, DeploySpec spec) {
        this.environment = environment;
        this.spec = spec;
    }

    /**
     * Commits the machine. Its short id and its VMM's user are random: when one is taken, other bits are drawn.
     *
     * @return the operation, whose target is the new machine
     * @throws Refusal when it cannot be made; nothing is committed then
     */
    Operation accept() {
        try {
            try {
                return commit();
            } catch (ConstraintException e) {
                return commit();
            }
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "The machine cannot be deployed now: " + e.getMessage() + ".", e);
        }
    }

    private Operation commit() {
        MachineSettings.Limits limits = environment.settings().limits();
        int vcpus = requireOfVmm(within("vCPUs", spec.vcpus(), DEFAULT_VCPUS, 1, limits.vcpus(), ""));
        int memoryMib =
                within("memory", spec.memoryMib(), DEFAULT_MEMORY_MIB, SMALLEST_MEMORY_MIB, limits.memoryMib(), " MiB");
        int storageMib = within(
                "storage", spec.storageMib(), DEFAULT_STORAGE_MIB, SMALLEST_STORAGE_MIB, limits.storageMib(), " MiB");
        requireFreeDisk(limits);
        List<Forward> forwards = new ForwardRequests(environment).requireAll(spec.forwards());
        return environment.operations().accept(connection -> {
            Machine machine = switch (spec.boot()) {
                case DeploySpec.Boot.OfImage(String image) -> ofImage(connection, image, vcpus, memoryMib, storageMib);
                case DeploySpec.Boot.OfVolume(String volume) -> ofVolume(connection, volume, vcpus, memoryMib);
            };
            for (Forward forward : forwards) {
                ForwardRequests.insert(connection, machine, forward, Optional.empty());
            }
            return begin(connection, machine);
        });
    }

    private Machine ofImage(Connection connection, String reference, int vcpus, int memoryMib, int storageMib)
            throws SQLException {
        // Before the image: a client may go and get an image that is not here, which a bad name must not cause.
        if (spec.name().isPresent()) {
            requireFreeNames(connection, MachineNames.requireValid(spec.name().get()));
        }
        StoredImage image = ImageTable.find(connection, reference).orElseThrow(() -> unknownImage(reference));
        requireFits(image, storageMib);
        Network network = network(connection);
        String name = MachineNames.requireValid(spec.name().orElse(image.name()));
        requireFreeNames(connection, name);
        Machine machine = machine(
                name,
                new Machine.Shape(
                        image.name(), image.digest(), vcpus, memoryMib, storageMib, network.name(), spec.metadata()));
        insert(connection, machine, network);
        VolumeId root = VolumeId.random();
        VolumeTable.insert(
                connection,
                Volume.asked(
                        root,
                        rootName(name),
                        Volume.Role.ROOT,
                        storageMib,
                        Optional.of(new Attachment(machine.id().value(), Attachment.ROOT_SLOT)),
                        Optional.of(image.digest()),
                        root.toString()));
        return machine;
    }

    /** The volume is not made by this operation, so no failure of it takes the volume away. */
    private Machine ofVolume(Connection connection, String reference, int vcpus, int memoryMib) throws SQLException {
        if (spec.storageMib().isPresent()) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "The storage is that of the volume: 'sistemo volume resize VOLUME SIZE' makes it larger.");
        }
        Volume root = VolumeRequests.requireReady(connection, reference);
        if (root.machineId().isPresent()) {
            throw MachineVolumes.attachedAlready(connection, root);
        }
        if (root.role() != Volume.Role.ROOT) {
            throw new Refusal(
                    RefusalCode.IMPOSSIBLE,
                    "The volume " + root.name() + " is a data volume, with no system on it that could boot:"
                            + " attach it to a machine instead.");
        }
        Network network = network(connection);
        String name = MachineNames.requireValid(
                spec.name().orElseGet(() -> root.name().replaceFirst("-root$", "")));
        requireFreeName(connection, name);
        Machine machine = machine(
                name, new Machine.Shape("", "", vcpus, memoryMib, root.sizeMib(), network.name(), spec.metadata()));
        insert(connection, machine, network);
        if (!VolumeTable.attach(
                connection, root.id(), new Attachment(machine.id().value(), Attachment.ROOT_SLOT))) {
            throw new IllegalStateException("the volume " + root.name() + " was free a moment ago");
        }
        return machine;
    }

    private static int within(String what, OptionalInt asked, int usual, int least, int most, String unit) {
        int value = asked.orElse(Math.min(usual, most));
        if (value < least || value > most) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "A machine cannot have " + value + unit + " of " + what + ": the range is " + least + " to " + most
                            + unit + ".");
        }
        return value;
    }

    private int requireOfVmm(int vcpus) {
        VmmCapabilities vmm = environment.vmm().capabilities();
        if (vcpus > vmm.vcpus()) {
            throw new Refusal(
                    RefusalCode.IMPOSSIBLE,
                    vmm.name() + " gives a machine at most " + vmm.vcpus() + " virtual CPUs, and " + vcpus
                            + " are asked for.");
        }
        return vcpus;
    }

    private void requireFreeDisk(MachineSettings.Limits limits) {
        long freeMib = environment.host().freeBytes(environment.directory().root()) >> 20;
        if (freeMib < limits.minDiskFreeMib()) {
            throw new Refusal(
                    RefusalCode.DISK_FULL,
                    "Only " + freeMib + " MiB are free where the data directory is, and " + limits.minDiskFreeMib()
                            + " MiB must stay free: delete something, or lower min_disk_free_mb.");
        }
    }

    private static Refusal unknownImage(String reference) {
        String shown = MachineNames.shown(reference);
        return new Refusal(
                RefusalCode.NOT_FOUND,
                "There is no image '" + shown + "' here: 'sistemo image pull " + shown
                        + "' gets it, 'sistemo image list' shows those that are here.");
    }

    private static void requireFits(StoredImage image, int storageMib) {
        long imageMib = (image.sizeBytes() + (1 << 20) - 1) >> 20;
        if (storageMib < imageMib) {
            throw new Refusal(
                    RefusalCode.IMPOSSIBLE,
                    "The image " + image.name() + " needs " + imageMib + " MiB and the storage asked for is only "
                            + storageMib + " MiB: use --storage " + imageMib + " or more.");
        }
    }

    private Network network(Connection connection) throws SQLException {
        Network network = Networks.requireReady(connection, spec.networkName().orElse(Network.DEFAULT));
        BridgePorts.requireRoom(
                connection, network.name(), environment.settings().limits().bridgePorts());
        return network;
    }

    private static void requireFreeName(Connection connection, String name) throws SQLException {
        List<Machine> taken = MachineTable.matching(connection, name);
        if (taken.stream().anyMatch(machine -> machine.name().equals(name))) {
            throw new Refusal(
                    RefusalCode.NAME_TAKEN,
                    "There is a machine '" + name + "' already: choose another name, or delete it first.");
        }
    }

    private static void requireFreeNames(Connection connection, String name) throws SQLException {
        requireFreeName(connection, name);
        if (VolumeTable.nameTaken(connection, rootName(name))) {
            throw new Refusal(
                    RefusalCode.NAME_TAKEN,
                    "There is a volume '" + rootName(name) + "' already, which the machine's root would be called:"
                            + " choose another name, or delete the volume first.");
        }
    }

    private static String rootName(String machineName) {
        return machineName + "-root";
    }

    private Machine machine(String name, Machine.Shape shape) {
        MachineId id = MachineId.random();
        Instant now = Instant.now();
        return new Machine(
                id,
                name,
                id.shortId(),
                Intent.RUNNING,
                false,
                false,
                Optional.empty(),
                Supervision.by(policy()),
                shape,
                FIRST_VMM_UID + new SecureRandom().nextInt(VMM_UID_COUNT),
                HostKey.generate(),
                now,
                now);
    }

    private RestartPolicy policy() {
        if (spec.restart().isEmpty()) {
            return environment.settings().restarts().usual();
        }
        String word = spec.restart().get();
        return RestartPolicy.find(word)
                .orElseThrow(() -> new Refusal(
                        RefusalCode.BAD_INPUT,
                        "There is no restart policy '" + MachineNames.shown(word)
                                + "': it is no, on-failure or always."));
    }

    private static void insert(Connection connection, Machine machine, Network network) throws SQLException {
        MachineTable.insert(connection, machine);
        if (LeaseTable.lease(connection, network, machine.id().toString()).isEmpty()) {
            throw new Refusal(
                    RefusalCode.IMPOSSIBLE,
                    "The network " + network.name() + " has no free address left in " + network.subnet() + ".");
        }
    }

    /** Attaches what else was asked for, and begins the operation. */
    private Operation begin(Connection connection, Machine machine) throws SQLException {
        for (String reference : spec.attached()) {
            MachineVolumes.attachToNew(
                    connection,
                    machine,
                    VolumeRequests.requireReady(connection, reference),
                    environment.vmm().capabilities().dataDisks());
        }
        Operation operation = Operations.beginning(
                OperationKind.MACHINE_DEPLOY, Machine.TARGET, machine.id().toString(), machine.name());
        OperationTable.begin(connection, operation);
        intendAll(connection, machine, operation);
        return operation;
    }

    /** All claims of the plan go into this transaction, since each commit of its own costs a write to the disk. */
    private void intendAll(Connection connection, Machine machine, Operation operation) throws SQLException {
        MachineRecord record = MachineRecord.find(connection, machine.id()).orElseThrow();
        MachineBlueprint blueprint = new MachineBlueprint(environment, record);
        String bootId = environment.host().bootId().value();
        Set<ResourceKey> missing = new LinkedHashSet<>(blueprint.wanted());
        record.claims().forEach(claim -> missing.remove(claim.key()));
        for (ResourceKey key : missing) {
            ClaimTable.intend(
                    connection,
                    blueprint.owner(key),
                    key,
                    bootId,
                    Optional.of(operation.id().toString()));
        }
    }
}
