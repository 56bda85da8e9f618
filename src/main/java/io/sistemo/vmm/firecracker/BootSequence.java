package io.sistemo.vmm.firecracker;

import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.VmmSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What Firecracker is told before it starts a machine's guest, in order. Pure. */
final class BootSequence {
    /**
     * The guest ends Firecracker by the keyboard controller's reset ({@code reboot=k}), and by nothing else: it has no power
     * to switch off, so that who wants the guest to power off has to let it restart ({@code sistemo.power-off=restart}, see
     * {@code guest/power-off}). It has no PCI bus; and of the keyboard there is nothing but that reset and Ctrl+Alt+Del, so
     * that nothing else of it is looked for.
     */
    private static final String BOOT_ARGUMENTS =
            "console=ttyS0 quiet loglevel=4 reboot=k panic=-1 net.ifnames=0 pci=off"
                    + " 8250.nr_uarts=1 sistemo.power-off=restart i8042.noaux i8042.nomux i8042.dumbkbd";

    private static final String ROOT = "root";
    private static final String NETWORK = "network";
    /** What is flushed is on the host's disk. */
    private static final String WRITEBACK = "Writeback";

    private static final String LOG_LEVEL = "Warning";
    /** More than a boot prints; what a guest prints on and on is cut, for the time when no daemon shortens the console. */
    private static final TokenBucket CONSOLE_LIMIT = new TokenBucket(64L << 10, 1L << 20, 1000);

    private BootSequence() {}

    /**
     * All of it but the start.
     *
     * @throws io.sistemo.host.HostException when Firecracker has no such machines
     */
    static List<ApiRequest.BeforeStart> render(VmmSpec spec, FirecrackerVersion version) {
        DeviceLimits limits = spec.limits();
        List<ApiRequest.BeforeStart> requests = new ArrayList<>();
        requests.add(new Logger(LOG_LEVEL, true));
        requests.add(new Metrics(JailFiles.inside(JailFiles.METRICS)));
        requests.add(new SerialDevice(JailFiles.inside(JailFiles.CONSOLE), consoleLimit(version)));
        requests.add(new MachineConfiguration(spec.vcpus(), spec.memoryMib()));
        requests.add(
                new BootSource(JailFiles.inside(JailFiles.KERNEL), JailFiles.inside(JailFiles.INITRD), BOOT_ARGUMENTS));
        requests.add(drive(ROOT, JailFiles.DISK, true, limits));
        // The guest finds its disks in the order in which they are attached.
        spec.dataSlots()
                .forEach(
                        slot -> requests.add(drive(JailFiles.dataDisk(slot), JailFiles.dataDisk(slot), false, limits)));
        requests.add(new NetworkInterface(
                NETWORK,
                spec.tap(),
                spec.macAddress(),
                RateLimiter.of(limits.receivedBytes(), OptionalLong.empty()),
                RateLimiter.of(limits.sentBytes(), OptionalLong.empty())));
        requests.add(EntropyDevice.UNLIMITED);
        return List.copyOf(requests);
    }

    private static @Nullable TokenBucket consoleLimit(FirecrackerVersion version) {
        return version.compareTo(FirecrackerVersion.LIMITS_SERIAL) < 0 ? null : CONSOLE_LIMIT;
    }

    private static Drive drive(String id, String file, boolean isRoot, DeviceLimits limits) {
        return new Drive(
                id,
                JailFiles.inside(file),
                isRoot,
                false,
                WRITEBACK,
                RateLimiter.of(limits.diskBytes(), limits.diskOperations()));
    }
}
