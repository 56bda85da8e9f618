package io.sistemo.vmm.qemu;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Finds out whether KVM boots guests here, by booting one: that {@code /dev/kvm} opens says little, since some hosts offer a
 * KVM on which a usual kernel spins for ever.
 */
public final class KvmProbe {
    /** The kernel's interface. */
    static final Path DEVICE = Path.of("/dev/kvm");
    /** What our init prints when the kernel has reached it in probe mode. */
    private static final String REACHED = "sistemo: probe reached";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private KvmProbe() {}

    /**
     * Boots our kernel and initramfs under KVM, without disk or network.
     *
     * @return whether the initramfs was reached in time
     */
    public static boolean bootsGuests(Programs programs, String program, Path kernel, Path initramfs) {
        if (!Files.exists(DEVICE)) {
            return false;
        }
        ProgramCall call = ProgramCall.of(List.of(
                        program,
                        "-M",
                        "microvm",
                        "-accel",
                        "kvm",
                        "-cpu",
                        "host",
                        "-m",
                        "256",
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-no-reboot",
                        "-kernel",
                        kernel.toString(),
                        "-initrd",
                        initramfs.toString(),
                        "-append",
                        "console=ttyS0 quiet reboot=t panic=-1 sistemo.probe=1",
                        "-serial",
                        "stdio",
                        "-sandbox",
                        "on"))
                .withTimeout(PATIENCE);
        try {
            return programs.run(call).output().contains(REACHED);
        } catch (HostException e) {
            // Not started, or killed because it spun: either way no guest boots.
            return false;
        }
    }
}
