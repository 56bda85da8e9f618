package io.sistemo.vmm.qemu;

import io.sistemo.host.Devices;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.vmm.CountsDiskTransfers;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.DiskTransfers;
import io.sistemo.vmm.HoldsGuests;
import io.sistemo.vmm.LaunchedVmm;
import io.sistemo.vmm.PausesGuests;
import io.sistemo.vmm.PressesPowerButton;
import io.sistemo.vmm.ReportsCondition;
import io.sistemo.vmm.VmmAddress;
import io.sistemo.vmm.VmmCapabilities;
import io.sistemo.vmm.VmmCondition;
import io.sistemo.vmm.VmmSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * QEMU's {@code microvm}. Devices sit on pinned buses, since QEMU otherwise assigns them from the last bus downward. Disks
 * are always raw: a guest can write any header into its disk, so nothing probes formats.
 */
public final class QemuVmm
        implements LaunchedVmm, HoldsGuests, PausesGuests, PressesPowerButton, ReportsCondition, CountsDiskTransfers {
    private static final int OVERHEAD_MIB_KVM = 128;
    /** The translator's cache and its own memory. */
    private static final int OVERHEAD_MIB_TCG = 384;

    private static final int TRANSLATION_CACHE_MIB = 128;
    /** Bus 0 is left out: QEMU 7.2 accepts a device on it, and the guest's kernel never finds it. */
    private static final int NETWORK_BUS = 1;

    private static final int ENTROPY_BUS = 2;
    /** Processors have numbers of eight bits, of which the last one means all of them. */
    private static final int MOST_VCPUS = 254;

    private static final int FIRST_DATA_SET = 3;

    /** Where a microvm's buses are, and which interrupts they have without ACPI ({@code hw/i386/microvm.c} of QEMU). */
    private static final long BUSES_AT = 0xfeb00000L;

    private static final int BUS_BYTES = 512;
    private static final int FIRST_INTERRUPT = 5;

    private final String program;
    private final Accelerator accelerator;
    private final long hostTscKhz;
    private final DeviceDiscovery discovery;

    /**
     * QEMU with an accelerator.
     *
     * @param program its name in the path, or its absolute path
     * @param hostTscKhz the frequency of the host's time stamp counter, which an emulated guest cannot measure: without it
     *     boots hang at random
     * @param discovery how the guests' kernel learns of its devices
     */
    public QemuVmm(String program, Accelerator accelerator, long hostTscKhz, DeviceDiscovery discovery) {
        this.program = program;
        this.accelerator = accelerator;
        this.hostTscKhz = hostTscKhz;
        this.discovery = discovery;
    }

    @Override
    public VmmCapabilities capabilities() {
        return switch (accelerator) {
            case KVM -> capabilities("QEMU microvm with KVM", false, OVERHEAD_MIB_KVM);
            case TCG -> capabilities("QEMU microvm with software emulation", true, OVERHEAD_MIB_TCG);
        };
    }

    private VmmCapabilities capabilities(String name, boolean emulatesCpu, int overheadMib) {
        return new VmmCapabilities(
                name, emulatesCpu, overheadMib, discovery.lastBus() - discovery.firstDiskBus(), MOST_VCPUS, false);
    }

    @Override
    public List<Long> groups() {
        return switch (accelerator) {
            case KVM -> Devices.groupOf(KvmProbe.DEVICE);
            case TCG -> List.of();
        };
    }

    /** Guests are held when the host says ENOSPC, and told of every other error. */
    @Override
    public void goOn(Host host, VmmAddress vmm) {
        resume(host, vmm);
    }

    @Override
    public void pause(Host host, VmmAddress vmm) {
        MonitorCommand.run(host.sockets(), vmm.namespace(), "stop");
    }

    @Override
    public void resume(Host host, VmmAddress vmm) {
        MonitorCommand.run(host.sockets(), vmm.namespace(), "cont");
    }

    /** ACPI's: a microvm has it by its generic event device. Without ACPI nothing happens, and who waits for an effect goes on. */
    @Override
    public void pressPowerButton(Host host, VmmAddress vmm) {
        MonitorCommand.run(host.sockets(), vmm.namespace(), "system_powerdown");
    }

    @Override
    public VmmCondition condition(Host host, VmmAddress vmm) {
        return MonitorAnswers.condition(MonitorCommand.run(host.sockets(), vmm.namespace(), "query-status"));
    }

    @Override
    public DiskTransfers diskTransfers(Host host, VmmAddress vmm) {
        return MonitorAnswers.diskTransfers(MonitorCommand.run(host.sockets(), vmm.namespace(), "query-blockstats"));
    }

    @Override
    public List<String> command(VmmSpec spec) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(machine(spec));
        command.addAll(boot(spec));
        command.addAll(devices(spec));
        command.addAll(dataDisks(spec));
        command.addAll(List.of("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"));
        return List.copyOf(command);
    }

    private List<String> machine(VmmSpec spec) {
        List<String> processor = switch (accelerator) {
            case KVM -> List.of("-accel", "kvm", "-cpu", "host");
            case TCG -> List.of("-accel", "tcg,thread=multi,tb-size=" + TRANSLATION_CACHE_MIB, "-cpu", "max");
        };
        List<String> arguments = new ArrayList<>(List.of("-name", spec.name(), "-M", machineType()));
        arguments.addAll(processor);
        arguments.addAll(List.of(
                "-smp",
                Integer.toString(spec.vcpus()),
                "-m",
                Integer.toString(spec.memoryMib()),
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-no-reboot"));
        return arguments;
    }

    /**
     * Under KVM a guest takes the time from KVM's own clock, and QEMU leaves the RTC out unless it is told otherwise. With one,
     * none of five boots came through under a KVM that was emulated itself.
     */
    private String machineType() {
        String type = switch (accelerator) {
            case KVM -> "microvm,rtc=off";
            case TCG -> "microvm,rtc=on";
        };
        return switch (discovery) {
            case ACPI -> type;
            // Places are told by us, in the order in which the guest is to find them.
            case COMMAND_LINE -> type + ",acpi=off,auto-kernel-cmdline=off";
        };
    }

    /**
     * What the kernel's command line has to tell where there is no ACPI: the devices' places, the root's first, and that the guest
     * has no power to switch off ({@code guest/power-off}).
     */
    private String places(VmmSpec spec) {
        return switch (discovery) {
            case ACPI -> "";
            case COMMAND_LINE ->
                IntStream.concat(
                                IntStream.concat(
                                        IntStream.of(discovery.lastBus()),
                                        spec.dataSlots().stream().mapToInt(this::dataBus)),
                                IntStream.of(NETWORK_BUS, ENTROPY_BUS))
                        .mapToObj(bus -> String.format(
                                Locale.ROOT,
                                " virtio_mmio.device=%d@0x%x:%d",
                                BUS_BYTES,
                                BUSES_AT + (long) bus * BUS_BYTES,
                                FIRST_INTERRUPT + bus))
                        .collect(Collectors.joining("", " sistemo.power-off=restart", ""));
        };
    }

    /** The bus of a data disk at a place. */
    private int dataBus(int slot) {
        int bus = discovery.lastBus() - slot;
        if (bus < discovery.firstDiskBus()) {
            throw new HostException(
                    "a kernel without ACPI finds at most " + capabilities().dataDisks()
                            + " data disks: detach the one at place " + slot + ", or set another 'kernel_path'");
        }
        return bus;
    }

    private List<String> boot(VmmSpec spec) {
        String clock = accelerator == Accelerator.TCG ? " tsc_early_khz=" + hostTscKhz : "";
        return List.of(
                "-kernel",
                "/proc/self/fd/" + VmmSpec.KERNEL_DESCRIPTOR,
                "-initrd",
                "/proc/self/fd/" + VmmSpec.INITRD_DESCRIPTOR,
                "-append",
                "console=ttyS0 quiet loglevel=4 reboot=t panic=-1 net.ifnames=0" + clock + places(spec),
                "-add-fd",
                "fd=" + VmmSpec.CONSOLE_DESCRIPTOR + ",set=1",
                "-chardev",
                "file,id=console,path=/dev/fdset/1,append=on",
                "-serial",
                "chardev:console",
                "-chardev",
                "socket,id=control,abstract=on,path=" + MonitorCommand.SOCKET + ",server=on,wait=off",
                "-mon",
                "chardev=control,mode=control");
    }

    private static List<String> disk(String name, int descriptor, int set, int bus, DeviceLimits limits) {
        String file = "discard=unmap,file.driver=file,file.filename=/dev/fdset/" + set + ",file.locking=off";
        List<String> arguments = new ArrayList<>(List.of("-add-fd", "fd=" + descriptor + ",set=" + set));
        if (limits.diskOperations().isEmpty() && limits.diskBytes().isEmpty()) {
            arguments.addAll(List.of("-blockdev", "driver=raw,node-name=" + name + "," + file));
        } else {
            arguments.addAll(throttled(name, file, limits));
        }
        arguments.addAll(
                List.of("-device", "virtio-blk-device,drive=" + name + ",werror=enospc,bus=virtio-mmio-bus." + bus));
        return arguments;
    }

    /**
     * A filter that lets a request wait until its turn has come ({@code docs/throttle.txt} of QEMU), with a group of its own, so
     * that disks do not share their limits. Written as JSON, since only that has names that stay ({@code qapi/qom.json}). What is discarded passes the filter only if that says so too.
     */
    private static List<String> throttled(String name, String file, DeviceLimits limits) {
        List<String> most = new ArrayList<>();
        limits.diskOperations().ifPresent(operations -> most.add("\"iops-total\":" + operations));
        limits.diskBytes().ifPresent(bytes -> most.add("\"bps-total\":" + bytes));
        return List.of(
                "-object",
                "{\"qom-type\":\"throttle-group\",\"id\":\"limits-" + name + "\",\"limits\":{" + String.join(",", most)
                        + "}}",
                "-blockdev",
                "driver=raw,node-name=" + name + "-file," + file,
                "-blockdev",
                "driver=throttle,node-name=" + name + ",throttle-group=limits-" + name + ",discard=unmap,file=" + name
                        + "-file");
    }

    private List<String> dataDisks(VmmSpec spec) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < spec.dataSlots().size(); i++) {
            int slot = spec.dataSlots().get(i);
            arguments.addAll(disk(
                    "data" + slot,
                    VmmSpec.FIRST_DATA_DESCRIPTOR + i,
                    FIRST_DATA_SET + i,
                    dataBus(slot),
                    spec.limits()));
        }
        return arguments;
    }

    private List<String> devices(VmmSpec spec) {
        List<String> arguments =
                new ArrayList<>(disk("root", VmmSpec.DISK_DESCRIPTOR, 2, discovery.lastBus(), spec.limits()));
        arguments.addAll(List.of(
                "-netdev",
                "tap,id=network,ifname=" + spec.tap() + ",script=no,downscript=no",
                "-device",
                "virtio-net-device,netdev=network,mac=" + spec.macAddress() + ",bus=virtio-mmio-bus." + NETWORK_BUS,
                "-object",
                "rng-builtin,id=entropy",
                "-device",
                "virtio-rng-device,rng=entropy,bus=virtio-mmio-bus." + ENTROPY_BUS));
        return arguments;
    }
}
