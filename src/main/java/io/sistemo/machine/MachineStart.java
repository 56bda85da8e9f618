package io.sistemo.machine;

import io.sistemo.host.Host;
import io.sistemo.host.LaunchSpec;
import io.sistemo.network.MachineWiring;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.VmmSpec;
import io.sistemo.volume.DiskSource;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDisk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Prepares one start of a machine's VMM: its initramfs, empty logs, and the command. */
final class MachineStart {
    private static final int OWNER_READS = 0400;
    private static final int OWNER_ONLY = 0600;

    private final MachineEnvironment environment;
    private final MachineRecord record;
    private final MachineWiring wiring;
    private final String cgroup;

    MachineStart(MachineEnvironment environment, MachineRecord record, MachineWiring wiring, String cgroup) {
        this.environment = environment;
        this.record = record;
        this.wiring = wiring;
        this.cgroup = cgroup;
    }

    LaunchSpec prepare() {
        Host host = environment.host();
        Machine machine = record.machine();
        DataDirectory.MachineFiles files =
                environment.directory().machine(machine.id().toString());
        writeInitrd(files);
        host.files().delete(files.console());
        host.files().delete(files.vmmLog());
        List<Volume> data =
                record.volumes().stream().filter(volume -> !volume.boots()).toList();
        VmmSpec spec = new VmmSpec(
                "sistemo-" + machine.shortId(),
                machine.shape().vcpus(),
                machine.shape().memoryMib(),
                wiring.address().macAddress(),
                MachineWiring.TAP,
                data.stream()
                        .map(volume -> volume.attachment().orElseThrow().slot())
                        .toList());
        return new LaunchSpec(
                host.cgroups().directories(cgroup),
                wiring.namespace(),
                machine.vmmUid(),
                environment.vmm().groups(),
                file(record.root()),
                data.stream().map(this::file).toList(),
                environment.settings().kernel(),
                files.initrd(),
                files.console(),
                files.vmmLog(),
                environment.vmm().command(spec));
    }

    private Path file(Volume volume) {
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
