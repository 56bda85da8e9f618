package io.sistemo.machine;

import io.sistemo.host.CgroupUsage;
import io.sistemo.host.HostException;
import io.sistemo.host.LinkTraffic;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.MachineWiring;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.vmm.CountsDiskTransfers;
import io.sistemo.vmm.DiskTransfers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Measures what running machines use. */
final class MachineMeasurement {
    private static final Logger LOGGER = System.getLogger(MachineMeasurement.class.getName());

    private final MachineEnvironment environment;
    private final HealthWatch health;

    MachineMeasurement(MachineEnvironment environment, HealthWatch health) {
        this.environment = environment;
        this.health = health;
    }

    /**
     * One machine, with what its VMM says of its disks.
     *
     * @throws Refusal WRONG_STATE when it does not run
     */
    MachineStats of(String reference) {
        MachineRecord record = environment.database().read(connection -> {
            Machine machine = MachineRequests.require(connection, reference);
            return MachineRecord.find(connection, machine.id()).orElseThrow();
        });
        return measure(record, true).orElseThrow(() -> MachineRequests.notRunning(record.machine()));
    }

    /** Those that run, without what their VMMs would have to be asked for: there may be many. */
    List<MachineStats> ofAll() {
        return environment.database().read(MachineMeasurement::records).stream()
                .flatMap(record -> measure(record, false).stream())
                .toList();
    }

    private static List<MachineRecord> records(Connection connection) throws SQLException {
        List<MachineRecord> records = new ArrayList<>();
        for (Machine machine : MachineTable.all(connection)) {
            if (machine.wantsVmm() && machine.booted()) {
                MachineRecord.find(connection, machine.id()).ifPresent(records::add);
            }
        }
        return records;
    }

    private Optional<MachineStats> measure(MachineRecord record, boolean withDisk) {
        Machine machine = record.machine();
        MachineBlueprint blueprint = new MachineBlueprint(environment, record);
        Optional<ProcessIdentity> vmm = blueprint.vmm();
        if (!machine.wantsVmm() || !machine.booted() || vmm.isEmpty()) {
            return Optional.empty();
        }
        try {
            return environment
                    .host()
                    .cgroups()
                    .usage(blueprint.cgroup())
                    .map(usage -> stats(machine, blueprint, vmm.get(), usage, withDisk));
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, machine.name() + " cannot be measured: " + e.getMessage() + ".", e);
        }
    }

    private MachineStats stats(
            Machine machine, MachineBlueprint blueprint, ProcessIdentity vmm, CgroupUsage usage, boolean withDisk) {
        OptionalDouble percent = health.of(vmm)
                .map(known -> known.samples().percent(System.nanoTime(), usage.cpuNanoseconds()))
                .orElse(OptionalDouble.empty());
        return new MachineStats(
                machine.id().value(),
                machine.name(),
                machine.supervision().paused() ? MachineStatus.PAUSED : MachineStatus.RUNNING,
                Instant.now(),
                machine.shape().vcpus(),
                usage.cpuNanoseconds(),
                percent,
                usage.throttledNanoseconds(),
                usage.memoryBytes(),
                blueprint.limits().memoryBytes(),
                usage.processes(),
                blueprint.limits().processes(),
                withDisk ? disk(machine, blueprint) : Optional.empty(),
                environment.host().processes().traffic(vmm, MachineWiring.TAP).map(MachineMeasurement::network));
    }

    /** The tap is the host's end: what it received, the guest has sent. */
    private static MachineStats.Network network(LinkTraffic tap) {
        return new MachineStats.Network(
                /* receivedBytes= */ tap.sentBytes(),
                /* sentBytes= */ tap.receivedBytes(),
                /* receivedPackets= */ tap.sentPackets(),
                /* sentPackets= */ tap.receivedPackets());
    }

    /** A VMM that does not answer is no reason to tell nothing. */
    private Optional<MachineStats.Disk> disk(Machine machine, MachineBlueprint blueprint) {
        if (!(blueprint.kindOfVmm() instanceof CountsDiskTransfers vmm)) {
            return Optional.empty();
        }
        try {
            DiskTransfers disk = vmm.diskTransfers(environment.host(), blueprint.vmmAddress());
            return Optional.of(new MachineStats.Disk(
                    disk.readBytes(), disk.writtenBytes(), disk.readOperations(), disk.writeOperations()));
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "{0}: its disks cannot be measured: {1}", machine.name(), e.getMessage());
            return Optional.empty();
        }
    }
}
