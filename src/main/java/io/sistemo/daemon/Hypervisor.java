package io.sistemo.daemon;

import io.sistemo.host.Host;
import io.sistemo.host.Programs;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.Vmm;
import io.sistemo.vmm.qemu.Accelerator;
import io.sistemo.vmm.qemu.KvmProbe;
import io.sistemo.vmm.qemu.QemuVmm;
import io.sistemo.vmm.qemu.TimeStampCounter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Chooses how machines run here.
 *
 * @param vmm what runs them
 * @param accelerator for users: kvm or tcg
 */
record Hypervisor(Vmm vmm, String accelerator) {
    private static final Logger LOGGER = System.getLogger(Hypervisor.class.getName());
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final int READABLE = 0644;

    /**
     * Probes KVM, once in each boot of the host.
     *
     * @param kernel what the probe boots
     * @throws Refusal HOST_UNUSABLE when what is configured cannot be had
     */
    static Hypervisor choose(
            String configured, Host host, Programs programs, DataDirectory directory, Path kernel, Path initramfs) {
        if (configured.equals("firecracker")) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE,
                    "hypervisor: firecracker cannot be had: this version runs machines with QEMU only. Use auto or qemu.");
        }
        Accelerator accelerator = remembered(host, directory).orElseGet(() -> {
            boolean boots = KvmProbe.bootsGuests(programs, PROGRAM, kernel, initramfs);
            Accelerator found = boots ? Accelerator.KVM : Accelerator.TCG;
            String line = host.bootId().value() + " " + found.name() + "\n";
            host.files().writeAtomically(directory.kvmProbe(), line.getBytes(StandardCharsets.UTF_8), READABLE, 0);
            return found;
        });
        Vmm vmm = new QemuVmm(PROGRAM, accelerator, TimeStampCounter.khz(programs));
        LOGGER.log(Level.INFO, "machines run with {0}", vmm.capabilities().name());
        return new Hypervisor(vmm, accelerator.name().toLowerCase(Locale.ROOT));
    }

    private static Optional<Accelerator> remembered(Host host, DataDirectory directory) {
        String bootId = host.bootId().value();
        return host.files()
                .readText(directory.kvmProbe())
                .map(String::strip)
                .filter(line -> line.startsWith(bootId + " "))
                .map(line -> Accelerator.valueOf(line.substring(bootId.length() + 1)));
    }
}
