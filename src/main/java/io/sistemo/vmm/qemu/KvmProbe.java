package io.sistemo.vmm.qemu;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
     * Looks at the device, which costs nothing.
     *
     * @return empty when only {@link #boot} can tell
     */
    public static Optional<KvmFinding> look() {
        return look(DEVICE);
    }

    static Optional<KvmFinding> look(Path device) {
        if (!Files.exists(device)) {
            return Optional.of(KvmFinding.MISSING);
        }
        try (FileChannel _ = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return Optional.empty();
        } catch (IOException e) {
            // Root is refused only by what confines it, for example a container's device rules.
            return Optional.of(KvmFinding.NOT_PERMITTED);
        }
    }

    /**
     * Boots our kernel and initramfs under KVM, without disk or network.
     *
     * @return BOOTS_GUESTS when the initramfs was reached in time, else BOOTS_NOTHING
     */
    public static KvmFinding boot(Programs programs, String program, Path kernel, Path initramfs) {
        ProgramCall call = ProgramCall.of(List.of(
                        program,
                        "-M",
                        "microvm,rtc=off",
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
            return programs.run(call).output().contains(REACHED) ? KvmFinding.BOOTS_GUESTS : KvmFinding.BOOTS_NOTHING;
        } catch (HostException e) {
            // Not started, or killed because it spun: either way no guest boots.
            return KvmFinding.BOOTS_NOTHING;
        }
    }
}
