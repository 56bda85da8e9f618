package io.sistemo.server;

import io.sistemo.api.AttachedVolume;
import io.sistemo.api.AuditEntry;
import io.sistemo.api.AuditLog;
import io.sistemo.api.Image;
import io.sistemo.api.Machine;
import io.sistemo.api.MachineLimits;
import io.sistemo.api.MachineStats;
import io.sistemo.api.Network;
import io.sistemo.api.PortRule;
import io.sistemo.api.StartResponse;
import io.sistemo.api.Volume;
import io.sistemo.image.ImageDetails;
import io.sistemo.machine.MachineDetails;
import io.sistemo.machine.MachineStatus;
import io.sistemo.network.NetworkDetails;
import io.sistemo.operation.AuditPage;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationState;
import io.sistemo.volume.VolumeDetails;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The domain's records as the wire has them. Pure. */
final class WireRecords {
    private static final long MIB = 1 << 20;
    private static final long BYTES_PER_MEGABIT = 125_000;
    private static final long BYTES_PER_MEGABYTE = 1_000_000;
    private static final long NANOSECONDS_PER_MILLISECOND = 1_000_000;

    private WireRecords() {}

    static Machine machine(MachineDetails details) {
        return new Machine(
                details.id().toString(),
                details.name(),
                details.status().name().toLowerCase(Locale.ROOT),
                details.maintenanceOperation().orElse(null),
                details.image().orElse(null),
                details.imageDigest().orElse(null),
                details.ipAddress().orElse(null),
                details.namespace().orElse(null),
                details.vcpus(),
                details.memoryMib(),
                details.storageMib(),
                details.networkName(),
                details.createdAt().toString(),
                details.lastStateChange().toString(),
                boxed(details.vmmPid()),
                details.forwards().stream()
                        .map(rule -> new PortRule(
                                rule.hostPort(),
                                rule.machinePort(),
                                rule.protocol(),
                                rule.address().orElse(null)))
                        .toList(),
                details.volumes().stream()
                        .map(volume -> new AttachedVolume(
                                volume.id().toString(), volume.name(), volume.role(), volume.sizeMib()))
                        .toList(),
                details.restart().policy().word(),
                details.restart().waitsUntil().isPresent() ? details.restart().attempts() : null,
                details.restart().waitsUntil().map(Object::toString).orElse(null),
                details.limits().map(WireRecords::limits).orElse(null),
                details.diagnosis().orElse(null),
                details.error().orElse(null),
                new TreeMap<>(details.metadata()));
    }

    private static MachineLimits limits(MachineDetails.Limits limits) {
        return new MachineLimits(
                inUnits(limits.receivedBytes(), BYTES_PER_MEGABIT),
                inUnits(limits.sentBytes(), BYTES_PER_MEGABIT),
                boxed(limits.diskOperations()),
                inUnits(limits.diskBytes(), BYTES_PER_MEGABYTE));
    }

    private static @Nullable Long inUnits(OptionalLong value, long unit) {
        return value.isPresent() ? value.getAsLong() / unit : null;
    }

    static MachineStats stats(io.sistemo.machine.MachineStats stats) {
        return new MachineStats(
                stats.id().toString(),
                stats.name(),
                stats.status().name().toLowerCase(Locale.ROOT),
                stats.at().toString(),
                stats.vcpus(),
                stats.cpuNanoseconds() / NANOSECONDS_PER_MILLISECOND,
                stats.cpuPercent().isPresent() ? Math.round(stats.cpuPercent().getAsDouble() * 10) / 10.0 : null,
                stats.throttledNanoseconds() / NANOSECONDS_PER_MILLISECOND,
                stats.memoryBytes(),
                stats.memoryLimitBytes(),
                stats.processes(),
                stats.processLimit(),
                disk(stats, io.sistemo.machine.MachineStats.Disk::readBytes),
                disk(stats, io.sistemo.machine.MachineStats.Disk::writtenBytes),
                disk(stats, io.sistemo.machine.MachineStats.Disk::reads),
                disk(stats, io.sistemo.machine.MachineStats.Disk::writes),
                network(stats, io.sistemo.machine.MachineStats.Network::receivedBytes),
                network(stats, io.sistemo.machine.MachineStats.Network::sentBytes),
                network(stats, io.sistemo.machine.MachineStats.Network::receivedPackets),
                network(stats, io.sistemo.machine.MachineStats.Network::sentPackets));
    }

    private static @Nullable Long disk(
            io.sistemo.machine.MachineStats stats, ToLongFunction<io.sistemo.machine.MachineStats.Disk> number) {
        return stats.disk().map(number::applyAsLong).orElse(null);
    }

    private static @Nullable Long network(
            io.sistemo.machine.MachineStats stats, ToLongFunction<io.sistemo.machine.MachineStats.Network> number) {
        return stats.network().map(number::applyAsLong).orElse(null);
    }

    /** The time that the boot took is not measured apart from the operation. */
    static StartResponse started(MachineDetails details, Operation ended) {
        Long took = ended.endedAt()
                .map(end -> Duration.between(ended.startedAt(), end).toMillis())
                .orElse(null);
        return new StartResponse(
                details.id().toString(),
                details.status().name().toLowerCase(Locale.ROOT),
                details.ipAddress().orElse(null),
                details.namespace().orElse(null),
                took,
                details.status() == MachineStatus.RUNNING);
    }

    static Image image(ImageDetails details) {
        return new Image(
                details.name(),
                details.digest(),
                (details.sizeBytes() + MIB - 1) / MIB,
                details.allocatedBytes(),
                details.source(),
                details.createdAt().toString(),
                details.machines().size());
    }

    static Volume volume(VolumeDetails details) {
        return new Volume(
                details.volume().id().toString(),
                details.volume().name(),
                details.volume().sizeMib(),
                boxed(details.allocatedBytes()),
                details.file().toString(),
                details.status().name().toLowerCase(Locale.ROOT),
                details.volume().role().name().toLowerCase(Locale.ROOT),
                details.volume().machineId().map(Object::toString).orElse(null),
                details.machineName().orElse(null),
                details.volume().filesystemUuid(),
                details.volume().createdAt().toString(),
                details.volume().changedAt().toString(),
                details.error().orElse(null));
    }

    static Network network(NetworkDetails details) {
        return new Network(
                details.network().name(),
                details.network().subnet().toString(),
                details.network().bridge(),
                details.machines(),
                details.createdAt().toString());
    }

    static io.sistemo.api.Operation operation(Operation operation) {
        return new io.sistemo.api.Operation(
                operation.id().toString(),
                operation.action(),
                operation.targetType(),
                operation.targetId(),
                operation.targetName(),
                state(operation.state()),
                operation.phase().orElse(null),
                boxed(operation.progressPercent()),
                operation.message().orElse(null),
                operation.error().orElse(null),
                operation.code().map(code -> Failure.codeOf(code).wire()).orElse(null),
                operation.startedAt().toString(),
                operation.endedAt().map(Object::toString).orElse(null));
    }

    static AuditLog auditLog(AuditPage page) {
        return new AuditLog(
                page.operations().stream().map(WireRecords::auditEntry).toList(), page.total());
    }

    private static AuditEntry auditEntry(Operation operation) {
        return new AuditEntry(
                operation.id().toString(),
                operation.startedAt().toString(),
                operation.action(),
                operation.targetType(),
                operation.targetId(),
                operation.targetName(),
                details(operation),
                success(operation.state()));
    }

    /** Why it failed tells more than why it was done; where both are known, both are told. */
    private static @Nullable String details(Operation operation) {
        if (operation.error().isPresent() && operation.message().isPresent()) {
            return operation.message().get() + ": " + operation.error().get();
        }
        return operation.error().or(operation::message).orElse(null);
    }

    private static @Nullable Boolean success(OperationState state) {
        return switch (state) {
            case RUNNING -> null;
            case SUCCEEDED -> true;
            case FAILED, CANCELLED -> false;
        };
    }

    private static io.sistemo.api.OperationState state(OperationState state) {
        return switch (state) {
            case RUNNING -> io.sistemo.api.OperationState.RUNNING;
            case SUCCEEDED -> io.sistemo.api.OperationState.SUCCEEDED;
            case FAILED -> io.sistemo.api.OperationState.FAILED;
            case CANCELLED -> io.sistemo.api.OperationState.CANCELLED;
        };
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static @Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
