package io.sistemo.volume;

import io.sistemo.claim.ClaimTable;
import io.sistemo.host.DiskFacts;
import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes a row for a disk that has none: from its sidecar, or from the file alone. */
final class VolumeAdoption {
    private static final Logger LOGGER = System.getLogger(VolumeAdoption.class.getName());
    private static final int SHORT_ID_LENGTH = 8;

    private final VolumeEnvironment environment;

    VolumeAdoption(VolumeEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Takes up what has no row, and takes over the sizes that disks have. Nothing is deleted.
     *
     * @param details looks at a volume once it has a row
     */
    VolumeRecovery recover(Function<VolumeId, VolumeDetails> details) {
        VolumeInventory inventory = VolumeInventory.take(environment);
        List<String> problems = new ArrayList<>(inventory.problems());
        List<VolumeDetails> adopted = new ArrayList<>();
        for (VolumeId id : inventory.strays()) {
            try {
                adopt(id).map(details).ifPresent(adopted::add);
            } catch (HostException e) {
                problems.add("a disk that has no row cannot be looked at: " + e.getMessage());
            }
        }
        List<VolumeDetails> grown = new ArrayList<>();
        for (Volume volume : inventory.larger()) {
            if (takeOverSize(volume)) {
                grown.add(details.apply(volume.id()));
            }
        }
        return new VolumeRecovery(adopted, grown, problems);
    }

    /** An older database may know an earlier size; the disk is right. */
    private boolean takeOverSize(Volume volume) {
        long sizeMib = environment
                        .host()
                        .disks()
                        .find(VolumeDisk.file(environment.directory().volumes(), volume.id()))
                        .map(DiskFacts::sizeBytes)
                        .orElse(0L)
                >> 20;
        return environment.operations().accept(connection -> {
            Optional<Volume> now = VolumeTable.find(connection, volume.id());
            boolean idle = OperationTable.runningOn(
                            connection, Volume.TARGET, volume.id().toString())
                    .isEmpty();
            if (now.isEmpty() || !idle || now.get().sizeMib() >= sizeMib || sizeMib > Integer.MAX_VALUE) {
                return false;
            }
            VolumeTable.resize(connection, volume.id(), (int) sizeMib);
            return true;
        });
    }

    /**
     * Takes up a disk, in one transaction with its operation.
     *
     * @return empty when it is not there any more, or has a row by now
     * @throws HostException when the disk cannot be looked at
     */
    private Optional<VolumeId> adopt(VolumeId id) {
        Path directory = environment.directory().volumes();
        Optional<DiskFacts> facts = environment.host().disks().find(VolumeDisk.file(directory, id));
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        Optional<Volume> described = environment
                .host()
                .files()
                .read(VolumeDisk.sidecar(directory, id))
                .flatMap(content -> described(id, content));
        int sizeMib = (int) Math.min(Integer.MAX_VALUE, facts.get().sizeBytes() >> 20);
        String bootId = environment.host().bootId().value();
        Optional<Operation> done = environment.operations().accept(connection -> {
            // Looked at again: with the row that a delete took away meanwhile, the disk went too.
            if (VolumeTable.find(connection, id).isPresent()
                    || environment
                            .host()
                            .disks()
                            .find(VolumeDisk.file(directory, id))
                            .isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(insert(connection, volume(connection, id, sizeMib, described), bootId));
        });
        done.map(Operation::id).ifPresent(environment.operations()::ended);
        return done.map(_ -> id);
    }

    private static Optional<Volume> described(VolumeId id, byte[] sidecar) {
        try {
            return Optional.of(VolumeSidecar.parse(sidecar).toVolume(Optional.empty()))
                    .filter(found -> found.id().equals(id));
        } catch (IllegalArgumentException e) {
            LOGGER.log(Level.WARNING, "the sidecar of the volume {0} is of no use: {1}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private static Volume volume(Connection connection, VolumeId id, int sizeMib, Optional<Volume> described)
            throws SQLException {
        String shortId = id.toString().substring(0, SHORT_ID_LENGTH);
        String name = described.map(Volume::name).orElse("recovered-" + shortId);
        return Volume.asked(
                id,
                VolumeTable.nameTaken(connection, name) ? name + "-" + shortId : name,
                described.map(Volume::role).orElse(Volume.Role.DATA),
                sizeMib,
                Optional.empty(),
                described.flatMap(Volume::imageDigest),
                described.map(Volume::filesystemUuid).orElse(id.toString()));
    }

    /** The disk was seen; whether its sidecar must be written again shows when a machine starts with it. */
    private static Operation insert(Connection connection, Volume volume, String bootId) throws SQLException {
        Operation operation = Operations.beginning(
                VolumeAction.RECOVER.kind(), Volume.TARGET, volume.id().toString(), volume.name());
        VolumeTable.insert(connection, volume);
        ClaimTable.hold(connection, VolumeRecord.owner(volume.id()), VolumeDisk.key(volume.id()), bootId);
        OperationTable.begin(connection, operation);
        OperationTable.end(connection, operation.id());
        return operation;
    }
}
