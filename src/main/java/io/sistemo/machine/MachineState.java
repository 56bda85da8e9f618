package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimState;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.Forward;
import io.sistemo.network.Ipv4;
import io.sistemo.operation.Operation;
import io.sistemo.vmm.RunningVmm;
import io.sistemo.volume.Volume;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Derives what users see of a machine from what is known. Pure: nothing of it is stored a second time. */
final class MachineState {
    private MachineState() {}

    /**
     * The details of one machine.
     *
     * @param vmm the claim of its VMM, of this boot
     * @param operation what runs on it
     * @param trouble what keeps it from what it should be
     * @param diagnosis what is wrong with its VMM or its guest
     */
    static MachineDetails derive(
            Machine machine,
            Optional<Ipv4> address,
            List<Volume> volumes,
            List<Forward> forwards,
            Optional<Claim> vmm,
            Optional<Operation> operation,
            Optional<String> trouble,
            Optional<String> diagnosis) {
        Optional<RunningVmm> started = vmm.filter(claim -> claim.state() == ClaimState.HELD)
                .flatMap(Claim::detail)
                .map(RunningVmm::parse);
        Optional<ProcessIdentity> process = started.map(RunningVmm::process);
        MachineStatus status = status(machine, process.isPresent(), operation.isPresent(), trouble.isPresent());
        return new MachineDetails(
                machine.id().value(),
                machine.name(),
                status,
                status == MachineStatus.MAINTENANCE ? Optional.of(maintenance(machine, operation)) : Optional.empty(),
                Optional.of(machine.shape().image()).filter(image -> !image.isEmpty()),
                Optional.of(machine.shape().imageDigest()).filter(digest -> !digest.isEmpty()),
                address.map(Ipv4::toString),
                process.isPresent() ? Optional.of("sv-" + machine.shortId()) : Optional.empty(),
                machine.shape().vcpus(),
                machine.shape().memoryMib(),
                volumes.stream()
                        .filter(Volume::boots)
                        .findFirst()
                        .map(Volume::sizeMib)
                        .orElse(machine.shape().storageMib()),
                machine.shape().network(),
                machine.createdAt(),
                machine.changedAt(),
                process.map(identity -> OptionalLong.of(identity.pid())).orElse(OptionalLong.empty()),
                forwards.stream().map(MachineState::forward).toList(),
                volumes.stream().map(MachineState::volume).toList(),
                machine.shape().metadata(),
                started.flatMap(RunningVmm::limits).map(MachineDetails.Limits::of),
                machine.supervision(),
                process.isPresent() ? diagnosis : Optional.empty(),
                machine.failure().or(() -> trouble));
    }

    private static MachineDetails.ForwardDetails forward(Forward forward) {
        return new MachineDetails.ForwardDetails(
                forward.hostPort(),
                forward.machinePort(),
                forward.protocol().word(),
                forward.address().map(Ipv4::toString));
    }

    private static MachineDetails.VolumeDetails volume(Volume volume) {
        return new MachineDetails.VolumeDetails(
                volume.id().value(),
                volume.name(),
                volume.sizeMib(),
                volume.role() == Volume.Role.ROOT ? "root" : "data");
    }

    private static MachineStatus status(Machine machine, boolean vmmHeld, boolean busy, boolean troubled) {
        if (busy) {
            return MachineStatus.MAINTENANCE;
        }
        if (troubled) {
            return MachineStatus.ERROR;
        }
        return switch (machine.intent()) {
            case RUNNING -> machine.booted() && vmmHeld ? running(machine) : MachineStatus.MAINTENANCE;
            case RESTARTING -> MachineStatus.MAINTENANCE;
            case STOPPED -> machine.failure().isPresent() ? MachineStatus.FAILED : MachineStatus.STOPPED;
            case GONE -> MachineStatus.MAINTENANCE;
        };
    }

    private static MachineStatus running(Machine machine) {
        return machine.supervision().paused() ? MachineStatus.PAUSED : MachineStatus.RUNNING;
    }

    private static String maintenance(Machine machine, Optional<Operation> operation) {
        return operation
                .map(running -> running.action().substring(running.action().indexOf('.') + 1))
                .orElseGet(() -> switch (machine.intent()) {
                    case RUNNING -> machine.wantsVmm() ? "start" : "reboot";
                    case RESTARTING -> "restart";
                    case STOPPED -> "stop";
                    case GONE -> "delete";
                });
    }
}
