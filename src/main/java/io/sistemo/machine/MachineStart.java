package io.sistemo.machine;

import io.sistemo.host.Confinement;
import io.sistemo.host.Host;
import io.sistemo.host.LaunchFailed;
import io.sistemo.host.LaunchSpec;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.MachineWiring;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.JailSpec;
import io.sistemo.vmm.JailedVmm;
import io.sistemo.vmm.LaunchedVmm;
import io.sistemo.vmm.VmmSpec;
import io.sistemo.vmm.VmmStart;
import io.sistemo.volume.DiskSource;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDisk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One start of a machine's VMM: its initramfs, empty logs, and how it is started. */
abstract sealed class MachineStart implements VmmStart {
    private static final int OWNER_READS = 0400;
    private static final int OWNER_ONLY = 0600;

    final MachineEnvironment environment;
    final MachineRecord record;
    private final MachineWiring wiring;
    private final String cgroup;

    private MachineStart(MachineEnvironment environment, MachineRecord record, MachineWiring wiring, String cgroup) {
        this.environment = environment;
        this.record = record;
        this.wiring = wiring;
        this.cgroup = cgroup;
    }

    /** A start by the VMM that is used now. */
    static MachineStart of(MachineEnvironment environment, MachineRecord record, MachineWiring wiring, String cgroup) {
        return switch (environment.vmm()) {
            case LaunchedVmm launched -> new Launched(launched, environment, record, wiring, cgroup);
            case JailedVmm jailed -> new Jailed(jailed, environment, record, wiring, cgroup);
        };
    }

    @Override
    public final LaunchSpec prepare() {
        writeInitrd(files());
        environment.host().files().delete(files().console());
        environment.host().files().delete(files().vmmLog());
        return launchSpec();
    }

    abstract LaunchSpec launchSpec();

    LaunchSpec launchSpec(Confinement confinement, List<Long> groups, List<String> command) {
        return new LaunchSpec(
                environment.host().cgroups().directories(cgroup),
                wiring.namespace(),
                record.machine().vmmUid(),
                groups,
                confinement,
                file(record.root()),
                dataVolumes().stream().map(this::file).toList(),
                environment.settings().kernel(),
                files().initrd(),
                files().console(),
                files().vmmLog(),
                command);
    }

    VmmSpec spec() {
        Machine machine = record.machine();
        return new VmmSpec(
                "sistemo-" + machine.shortId(),
                machine.shape().vcpus(),
                machine.shape().memoryMib(),
                wiring.address().macAddress(),
                MachineWiring.TAP,
                dataVolumes().stream()
                        .map(volume -> volume.attachment().orElseThrow().slot())
                        .toList(),
                limits());
    }

    @Override
    public final DeviceLimits limits() {
        return environment.settings().devices();
    }

    final List<Volume> dataVolumes() {
        return record.volumes().stream().filter(volume -> !volume.boots()).toList();
    }

    final DataDirectory.MachineFiles files() {
        return environment.directory().machine(record.machine().id().toString());
    }

    /** Of a VMM that finds its files open. */
    private static final class Launched extends MachineStart {
        private final LaunchedVmm vmm;

        Launched(
                LaunchedVmm vmm,
                MachineEnvironment environment,
                MachineRecord record,
                MachineWiring wiring,
                String cgroup) {
            super(environment, record, wiring, cgroup);
            this.vmm = vmm;
        }

        @Override
        LaunchSpec launchSpec() {
            return launchSpec(Confinement.LAUNCHER, vmm.groups(), vmm.command(spec()));
        }
    }

    /** Of a VMM that finds its files in its jail. */
    private static final class Jailed extends MachineStart {
        private final JailedVmm vmm;

        Jailed(
                JailedVmm vmm,
                MachineEnvironment environment,
                MachineRecord record,
                MachineWiring wiring,
                String cgroup) {
            super(environment, record, wiring, cgroup);
            this.vmm = vmm;
        }

        @Override
        LaunchSpec launchSpec() {
            JailSpec jail = new JailSpec(
                    record.machine().id().toString(),
                    files().jail(),
                    record.machine().vmmUid(),
                    spec(),
                    file(record.root()),
                    dataVolumes().stream().map(this::file).toList(),
                    environment.settings().kernel(),
                    files().initrd(),
                    files().console(),
                    files().metrics());
            vmm.furnish(environment.host(), jail);
            return launchSpec(Confinement.JAILER, List.of(), vmm.command(jail));
        }

        @Override
        public void boot(ProcessIdentity process) {
            try {
                vmm.boot(
                        environment.host(),
                        spec(),
                        MachineBlueprint.vmmAddress(environment, record.machine()),
                        process);
            } catch (LaunchFailed e) {
                String line = new ConsoleLog(files().vmmLog())
                        .lastLine()
                        .map(last -> ": " + last)
                        .orElse("");
                throw new LaunchFailed(e.getMessage() + line, e);
            }
        }
    }

    final Path file(Volume volume) {
        return new VolumeDisk(
                        environment.host(), volume, environment.directory().volumes(), DiskSource.EXISTING)
                .file();
    }

    /** Writes the initramfs only when what it is made of has changed: its sync costs more than all else of a start. */
    private void writeInitrd(DataDirectory.MachineFiles files) {
        Host host = environment.host();
        byte[] own = environment.boot().render(record.machine(), record.network(), record.address(), record.root());
        String inputs =
                SharedInitramfs.sha256(own) + " " + environment.initramfs().digest() + "\n";
        if (host.files().readText(files.initrdInputs()).equals(Optional.of(inputs))
                && host.disks().find(files.initrd()).isPresent()) {
            return;
        }
        byte[] shared = environment.initramfs().content();
        ByteArrayOutputStream whole = new ByteArrayOutputStream(own.length + shared.length);
        whole.writeBytes(own);
        whole.writeBytes(shared);
        host.files().delete(files.initrdInputs());
        host.files()
                .writeAtomically(
                        files.initrd(),
                        whole.toByteArray(),
                        OWNER_READS,
                        record.machine().vmmUid());
        host.files().writeAtomically(files.initrdInputs(), inputs.getBytes(StandardCharsets.UTF_8), OWNER_ONLY, 0);
    }
}
