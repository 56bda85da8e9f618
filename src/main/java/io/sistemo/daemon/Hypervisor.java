package io.sistemo.daemon;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.Programs;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.Vmm;
import io.sistemo.vmm.firecracker.FirecrackerPrograms;
import io.sistemo.vmm.firecracker.FirecrackerVmm;
import io.sistemo.vmm.qemu.Accelerator;
import io.sistemo.vmm.qemu.KvmFinding;
import io.sistemo.vmm.qemu.KvmProbe;
import io.sistemo.vmm.qemu.QemuVmm;
import io.sistemo.vmm.qemu.TimeStampCounter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Chooses how machines run here.
 *
 * @param vmm what runs them
 * @param program for users: firecracker or qemu
 * @param accelerator for users: kvm or tcg
 * @param reason why, in a few words
 */
record Hypervisor(Vmm vmm, String program, String accelerator, String reason) {
    private static final Logger LOGGER = System.getLogger(Hypervisor.class.getName());
    private static final String QEMU = "qemu-system-x86_64";
    private static final int READABLE = 0644;

    /**
     * Looks at KVM, and boots a kernel under it once in each boot of the host.
     *
     * @param configuration says which is wanted, and where its programs are
     * @throws Refusal HOST_UNUSABLE when what is configured cannot be had
     */
    static Hypervisor choose(Configuration configuration, Host host, Programs programs, DataDirectory directory) {
        if (configuration.get(ConfigurationKey.HYPERVISOR).text().equals("firecracker")) {
            return firecracker(
                    programs,
                    configuration.path(ConfigurationKey.FIRECRACKER_PATH).orElse(directory.firecracker()),
                    configuration.path(ConfigurationKey.JAILER_PATH).orElse(directory.jailer()));
        }
        Path kernel = configuration.path(ConfigurationKey.KERNEL_PATH).orElse(directory.kernel());
        Path initramfs = configuration.path(ConfigurationKey.INITRD_PATH).orElse(directory.initramfs());
        KvmFinding found = kvm(host, programs, directory, kernel, initramfs);
        Accelerator accelerator = found == KvmFinding.BOOTS_GUESTS ? Accelerator.KVM : Accelerator.TCG;
        Vmm vmm = new QemuVmm(QEMU, accelerator, TimeStampCounter.khz(programs));
        Hypervisor chosen = new Hypervisor(vmm, "qemu", accelerator.name().toLowerCase(Locale.ROOT), found.words());
        LOGGER.log(Level.INFO, "machines run with {0}", chosen.sentence());
        return chosen;
    }

    /** As it was asked for, and not probed: what it lacks, the first start says. */
    private static Hypervisor firecracker(Programs programs, Path firecracker, Path jailer) {
        try {
            FirecrackerVmm vmm = new FirecrackerVmm(
                    FirecrackerPrograms.require(programs, firecracker, jailer), FirecrackerVmm.Patience.USUAL);
            Hypervisor chosen = new Hypervisor(vmm, "firecracker", "kvm", "as configured");
            LOGGER.log(Level.INFO, "machines run with {0}", chosen.sentence());
            return chosen;
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "hypervisor: firecracker cannot be had: " + e.getMessage() + ".", e);
        }
    }

    /** Which, and why. */
    String sentence() {
        return vmm.capabilities().name() + " (" + reason + ")";
    }

    /** What can be seen at once is looked at anew, since a module may have been loaded; only the boot is remembered. */
    private static KvmFinding kvm(Host host, Programs programs, DataDirectory directory, Path kernel, Path initramfs) {
        return KvmProbe.look().or(() -> remembered(host, directory)).orElseGet(() -> {
            KvmFinding found = KvmProbe.boot(programs, QEMU, kernel, initramfs);
            String line = host.bootId().value() + " " + found.name() + "\n";
            host.files().writeAtomically(directory.kvmProbe(), line.getBytes(StandardCharsets.UTF_8), READABLE, 0);
            return found;
        });
    }

    private static Optional<KvmFinding> remembered(Host host, DataDirectory directory) {
        return host.files()
                .readText(directory.kvmProbe())
                .flatMap(text -> parse(text, host.bootId().value()));
    }

    /** What was written in this boot; nothing when it was in another one, or by a version that wrote something else. */
    static Optional<KvmFinding> parse(String text, String bootId) {
        String line = text.strip();
        return Arrays.stream(KvmFinding.values())
                .filter(finding -> line.equals(bootId + " " + finding.name()))
                .findFirst();
    }
}
