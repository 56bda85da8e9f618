package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.ResourceKey;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.store.InstallationId;
import io.sistemo.volume.VolumeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the database says of all machines at one moment, in a few queries however many there are. Never changes. */
final class Ledger {
    private final List<Standing> machines;
    private final Set<String> busy;
    private final Map<String, byte[]> sidecars;
    private final Set<ResourceKey> keys = new HashSet<>();
    /** Of a machine and of the volumes that are attached to it, by the machine's id. */
    private final Map<String, List<Claim>> claims = new HashMap<>();

    private Ledger(
            List<Standing> machines,
            List<Claim> all,
            Map<String, String> machinesOfVolumes,
            Set<String> busy,
            Map<String, byte[]> sidecars) {
        this.machines = machines;
        this.busy = busy;
        this.sidecars = sidecars;
        for (Claim claim : all) {
            keys.add(claim.key());
            String owner = claim.owner().id();
            String machine = claim.kind() == ClaimKind.DISK ? machinesOfVolumes.get(owner) : owner;
            if (machine != null) {
                claims.computeIfAbsent(machine, _ -> new ArrayList<>()).add(claim);
            }
        }
    }

    /** Reads all of it, in the caller's transaction. */
    static Ledger read(Connection connection, InstallationId installation) throws SQLException {
        Set<String> busy = OperationTable.running(connection).stream()
                .filter(operation -> operation.targetType().equals(Machine.TARGET))
                .map(Operation::targetId)
                .collect(Collectors.toUnmodifiableSet());
        Map<String, byte[]> sidecars = new HashMap<>();
        MachineSidecar.all(connection, installation).forEach((id, sidecar) -> sidecars.put(id, sidecar.toBytes()));
        return new Ledger(
                MachineTable.standings(connection),
                ClaimTable.all(connection),
                VolumeTable.machines(connection),
                busy,
                sidecars);
    }

    List<Standing> machines() {
        return machines;
    }

    /** What lies beside a machine's disks when its directory is as it should be. */
    byte[] sidecar(MachineId id) {
        return Objects.requireNonNull(sidecars.get(id.toString()), "read together with the machines");
    }

    /** Whether an operation runs on it. */
    boolean isBusy(MachineId id) {
        return busy.contains(id.toString());
    }

    /** Whether anybody holds a thing, or is about to. */
    boolean holds(ResourceKey key) {
        return keys.contains(key);
    }

    /** What is held for a machine and for its volumes. */
    List<Claim> claims(MachineId id) {
        return Collections.unmodifiableList(claims.getOrDefault(id.toString(), List.of()));
    }

    /** The one claim of a kind of which a machine has at most one. */
    Optional<Claim> claim(MachineId id, ClaimKind kind) {
        return claims(id).stream().filter(claim -> claim.kind() == kind).findFirst();
    }

    /** Every claim of a kind that a machine has. */
    List<Claim> ofKind(ClaimKind kind) {
        return machines.stream()
                .flatMap(machine -> claim(machine.id(), kind).stream())
                .toList();
    }
}
