package io.sistemo.volume;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.DiskFacts;
import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Derives what users see of volumes from rows, claims and files: nothing of it is stored a second time. */
final class VolumeState {
    private final VolumeEnvironment environment;
    private final Map<UUID, String> machines;
    private final Map<String, Claim> claims;
    private final Set<String> running;
    private final Set<String> busy;

    /** Reads what is common to all volumes: few queries for all together, not a few for each. */
    VolumeState(VolumeEnvironment environment, Connection connection) throws SQLException {
        this.environment = environment;
        machines = environment.holders().names(connection);
        claims = ClaimTable.ofKind(connection, ClaimKind.DISK).stream()
                .collect(Collectors.toMap(claim -> claim.key().name(), Function.identity()));
        List<Operation> operations = OperationTable.running(connection);
        running =
                operations.stream().map(operation -> operation.id().toString()).collect(Collectors.toSet());
        busy = operations.stream()
                .filter(operation -> operation.targetType().equals(Volume.TARGET))
                .map(Operation::targetId)
                .collect(Collectors.toSet());
    }

    List<VolumeDetails> derive(List<Volume> volumes) {
        return volumes.stream().map(this::derive).toList();
    }

    private VolumeDetails derive(Volume volume) {
        VolumeDisk disk = new VolumeDisk(
                environment.host(), volume, environment.directory().volumes(), DiskSource.EXISTING);
        Path file = disk.file();
        Optional<DiskFacts> facts = Optional.empty();
        Optional<String> damage = Optional.empty();
        try {
            facts = environment.host().disks().find(file);
            damage = damage(volume, file, facts);
        } catch (HostException e) {
            damage = Optional.of("Its disk cannot be looked at: " + e.getMessage() + ".");
        }
        VolumeDetails.Status status = status(volume, damage.isPresent());
        return new VolumeDetails(
                volume,
                status,
                volume.machineId().map(machines::get),
                file,
                facts.map(found -> OptionalLong.of(found.allocatedBytes())).orElse(OptionalLong.empty()),
                status == VolumeDetails.Status.ERROR
                        ? damage.or(() -> Optional.of(
                                "It could not be removed: 'sistemo volume delete " + volume.name() + "' tries again."))
                        : Optional.empty());
    }

    private static Optional<String> damage(Volume volume, Path file, Optional<DiskFacts> facts) {
        if (facts.isEmpty()) {
            return Optional.of("Its disk is gone: put " + file + " back.");
        }
        if (facts.get().sizeBytes() < volume.sizeBytes()) {
            return Optional.of("Its disk has been cut short: it has "
                    + facts.get().sizeBytes() + " bytes of " + volume.sizeBytes() + ". Put " + file + " back.");
        }
        return Optional.empty();
    }

    private VolumeDetails.Status status(Volume volume, boolean damaged) {
        Optional<Claim> claim = Optional.ofNullable(claims.get(volume.id().toString()));
        boolean beingMade = claim.isPresent()
                && claim.get().state() != ClaimState.HELD
                && claim.get().operation().filter(running::contains).isPresent();
        boolean leaving = volume.doomed() && volume.attachment().isPresent();
        if (busy.contains(volume.id().toString()) || beingMade || leaving) {
            return VolumeDetails.Status.MAINTENANCE;
        }
        if (damaged || volume.doomed()) {
            return VolumeDetails.Status.ERROR;
        }
        return volume.attachment().isPresent() ? VolumeDetails.Status.ATTACHED : VolumeDetails.Status.ONLINE;
    }
}
