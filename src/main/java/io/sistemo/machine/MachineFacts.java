package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.network.Forward;
import io.sistemo.network.ForwardTable;
import io.sistemo.network.Ipv4;
import io.sistemo.network.LeaseTable;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What rows say of a machine at one moment, as far as users are shown it.
 *
 * @param machine its own row
 * @param address its lease
 * @param volumes its disks, in the order of their places
 * @param forwards its forwards, by port
 * @param vmm the claim of its VMM
 * @param operation what runs on it
 */
record MachineFacts(
        Machine machine,
        Optional<Ipv4> address,
        List<Volume> volumes,
        List<Forward> forwards,
        Optional<Claim> vmm,
        Optional<Operation> operation) {
    /** Those of some machines, in their order, in a few queries for all of them together. */
    static List<MachineFacts> of(Connection connection, List<Machine> machines) throws SQLException {
        Map<String, Ipv4> leases = LeaseTable.byMachine(connection);
        Map<String, Operation> operations = OperationTable.running(connection).stream()
                .filter(operation -> operation.targetType().equals(Machine.TARGET))
                .collect(Collectors.toMap(Operation::targetId, Function.identity()));
        Map<String, Claim> vmms = ClaimTable.ofKind(connection, ClaimKind.VMM).stream()
                .collect(Collectors.toMap(claim -> claim.owner().id(), Function.identity()));
        Map<String, List<Volume>> volumes = VolumeTable.attached(connection).stream()
                .collect(Collectors.groupingBy(
                        volume -> volume.machineId().orElseThrow().toString()));
        Map<String, List<Forward>> forwards = ForwardTable.byMachine(connection);
        return machines.stream()
                .map(machine -> {
                    String id = machine.id().toString();
                    return new MachineFacts(
                            machine,
                            Optional.ofNullable(leases.get(id)),
                            volumes.getOrDefault(id, List.of()),
                            forwards.getOrDefault(id, List.of()),
                            Optional.ofNullable(vmms.get(id)),
                            Optional.ofNullable(operations.get(id)));
                })
                .toList();
    }
}
