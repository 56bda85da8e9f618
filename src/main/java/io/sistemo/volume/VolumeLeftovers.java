package io.sistemo.volume;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Volumes that operations which have ended left on their way: half removed, or made and not seen whole. */
final class VolumeLeftovers {
    private final Connection connection;
    private final VolumeHolders holders;
    private final Map<String, Claim> claims;
    private final Set<String> running;
    private final Set<String> busy;

    private VolumeLeftovers(Connection connection, VolumeHolders holders) throws SQLException {
        this.connection = connection;
        this.holders = holders;
        claims = ClaimTable.ofKind(connection, ClaimKind.DISK).stream()
                .collect(Collectors.toMap(claim -> claim.key().name(), Function.identity()));
        List<Operation> operations = OperationTable.running(connection);
        running =
                operations.stream().map(operation -> operation.id().toString()).collect(Collectors.toSet());
        busy = operations.stream().map(Operation::targetId).collect(Collectors.toSet());
    }

    /** Those that nobody else looks after: no operation, and no machine that runs or is on its way. */
    static List<VolumeId> find(Connection connection, VolumeHolders holders) throws SQLException {
        VolumeLeftovers leftovers = new VolumeLeftovers(connection, holders);
        List<VolumeId> found = new ArrayList<>();
        for (Volume volume : VolumeTable.all(connection)) {
            if (leftovers.isOnItsWay(volume) && leftovers.isNobodys(volume)) {
                found.add(volume.id());
            }
        }
        return found;
    }

    private Optional<Claim> claim(Volume volume) {
        return Optional.ofNullable(claims.get(volume.id().toString()));
    }

    private boolean isOnItsWay(Volume volume) {
        return volume.doomed()
                || claim(volume)
                        .filter(claim -> claim.state() != ClaimState.HELD)
                        .isPresent();
    }

    private boolean isNobodys(Volume volume) throws SQLException {
        boolean worked = busy.contains(volume.id().toString())
                || claim(volume)
                        .flatMap(Claim::operation)
                        .filter(running::contains)
                        .isPresent();
        return !worked
                && (volume.attachment().isEmpty()
                        || holders.isStopped(
                                connection, volume.attachment().get().machineId()));
    }
}
