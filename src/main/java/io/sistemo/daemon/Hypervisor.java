package io.sistemo.daemon;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.Programs;
import io.sistemo.image.IoReason;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.Vmm;
import io.sistemo.vmm.firecracker.FirecrackerPrograms;
import io.sistemo.vmm.firecracker.FirecrackerVersion;
import io.sistemo.vmm.firecracker.FirecrackerVmm;
import io.sistemo.vmm.qemu.Accelerator;
import io.sistemo.vmm.qemu.DeviceDiscovery;
import io.sistemo.vmm.qemu.KvmFinding;
import io.sistemo.vmm.qemu.KvmProbe;
import io.sistemo.vmm.qemu.QemuVmm;
import io.sistemo.vmm.qemu.TimeStampCounter;
import java.io.IOException;
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
 * @param other speaks to those that an earlier daemon started in the other way
 * @param program for users: firecracker or qemu
 * @param accelerator for users: kvm or tcg
 * @param reason why, in a few words
 */
record Hypervisor(Vmm vmm, Vmm other, String program, String accelerator, String reason) {
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
        Hypervisor chosen =
                switch (configuration.get(ConfigurationKey.HYPERVISOR).text()) {
                    case "firecracker" -> firecrackerAsConfigured(configuration, programs, directory);
                    case "qemu" ->
                        qemu(configuration, kvm(configuration, host, programs, directory), programs, directory, "");
                    default -> best(configuration, host, programs, directory);
                };
        LOGGER.log(Level.INFO, "machines run with {0}", chosen.sentence());
        return chosen;
    }

    /** Firecracker where it is there and KVM boots guests. */
    private static Hypervisor best(Configuration configuration, Host host, Programs programs, DataDirectory directory) {
        KvmFinding found = kvm(configuration, host, programs, directory);
        if (found != KvmFinding.BOOTS_GUESTS) {
            return qemu(configuration, found, programs, directory, "");
        }
        try {
            return firecracker(configuration, programs, directory, found.words());
        } catch (HostException e) {
            return qemu(
                    configuration, found, programs, directory, ", and Firecracker cannot be had: " + e.getMessage());
        }
    }

    private static Hypervisor qemu(
            Configuration configuration, KvmFinding found, Programs programs, DataDirectory directory, String more) {
        Accelerator accelerator = found == KvmFinding.BOOTS_GUESTS ? Accelerator.KVM : Accelerator.TCG;
        Vmm vmm = new QemuVmm(QEMU, accelerator, TimeStampCounter.khz(programs), discovery(configuration));
        Path firecracker = configuration.path(ConfigurationKey.FIRECRACKER_PATH).orElse(directory.firecracker());
        Path jailer = configuration.path(ConfigurationKey.JAILER_PATH).orElse(directory.jailer());
        // Neither need be there: those that run are spoken to at their sockets.
        Vmm other = new FirecrackerVmm(
                new FirecrackerVmm.Programs(firecracker, jailer, FirecrackerVersion.OLDEST),
                FirecrackerVmm.Patience.USUAL);
        return new Hypervisor(vmm, other, "qemu", accelerator.name().toLowerCase(Locale.ROOT), found.words() + more);
    }

    /** Of the kernel that somebody configured; the installation's own one is a distribution's. */
    private static DeviceDiscovery discovery(Configuration configuration) {
        Optional<Path> kernel = configuration.path(ConfigurationKey.KERNEL_PATH);
        try {
            return kernel.isEmpty() ? DeviceDiscovery.ACPI : DeviceDiscovery.of(kernel.get());
        } catch (IOException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE,
                    "kernel_path: " + kernel.get() + " cannot be read: " + IoReason.of(e) + ".",
                    e);
        }
    }

    /** As it was asked for, and not probed: what it lacks, the first start says. */
    private static Hypervisor firecrackerAsConfigured(
            Configuration configuration, Programs programs, DataDirectory directory) {
        try {
            return firecracker(configuration, programs, directory, "as configured");
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "hypervisor: firecracker cannot be had: " + e.getMessage() + ".", e);
        }
    }

    private static Hypervisor firecracker(
            Configuration configuration, Programs programs, DataDirectory directory, String reason) {
        Optional<Path> firecracker = configuration.path(ConfigurationKey.FIRECRACKER_PATH);
        Optional<Path> jailer = configuration.path(ConfigurationKey.JAILER_PATH);
        if (firecracker.isEmpty() || jailer.isEmpty()) {
            requireUnchanged(directory);
        }
        FirecrackerVmm vmm = new FirecrackerVmm(
                FirecrackerPrograms.require(
                        programs, firecracker.orElse(directory.firecracker()), jailer.orElse(directory.jailer())),
                FirecrackerVmm.Patience.USUAL);
        Vmm other = new QemuVmm(QEMU, Accelerator.TCG, 0, DeviceDiscovery.ACPI);
        return new Hypervisor(vmm, other, "firecracker", "kvm", reason);
    }

    /** What was installed is run only while it has the checksums that it was installed with. */
    private static void requireUnchanged(DataDirectory directory) {
        try {
            if (InstallationAssets.find(directory.programs()).isEmpty()) {
                throw new HostException(
                        directory.firecracker()
                                + " is not there as it was installed: run 'sistemo install', or set 'firecracker_path' and 'jailer_path'");
            }
        } catch (IOException e) {
            throw new HostException("cannot read " + directory.programs() + ": " + IoReason.of(e), e);
        }
    }

    /** Which, and why. */
    String sentence() {
        return vmm.capabilities().name() + " (" + reason + ")";
    }

    /** What can be seen at once is looked at anew, since a module may have been loaded; only the boot is remembered. */
    private static KvmFinding kvm(Configuration configuration, Host host, Programs programs, DataDirectory directory) {
        Path kernel = configuration.path(ConfigurationKey.KERNEL_PATH).orElse(directory.kernel());
        Path initramfs = configuration.path(ConfigurationKey.INITRD_PATH).orElse(directory.initramfs());
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
