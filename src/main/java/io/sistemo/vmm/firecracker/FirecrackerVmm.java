package io.sistemo.vmm.firecracker;

import io.sistemo.host.CopyWatch;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.vmm.CountsDiskTransfers;
import io.sistemo.vmm.DiskTransfers;
import io.sistemo.vmm.JailSpec;
import io.sistemo.vmm.JailedVmm;
import io.sistemo.vmm.PausesGuests;
import io.sistemo.vmm.PressesPowerButton;
import io.sistemo.vmm.ReportsCondition;
import io.sistemo.vmm.VmmAddress;
import io.sistemo.vmm.VmmCapabilities;
import io.sistemo.vmm.VmmCondition;
import io.sistemo.vmm.VmmSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Firecracker under its jailer. The jailer makes {@code JAIL/PROGRAM/ID/root} the process's root directory, makes the devices
 * that it needs in there, and becomes the machine's user; cgroups and namespace are the launcher's work already.
 */
public final class FirecrackerVmm
        implements JailedVmm, PausesGuests, PressesPowerButton, ReportsCondition, CountsDiskTransfers {
    /** What its own threads, its emulated devices and its program take. */
    private static final int OVERHEAD_MIB = 64;
    /** Its devices have 19 interrupts (5 to 23), of which the root disk, the network and the entropy take three. */
    private static final int DATA_DISKS = 16;

    private static final int OWNER_ONLY = 0600;
    private static final int OWNER_READS = 0400;

    private static final CopyWatch UNWATCHED = new CopyWatch() {
        @Override
        public void copied(long bytes, long ofBytes) {
            // Nobody waits for it that long.
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    };

    private final Programs programs;
    private final Patience patience;

    /**
     * What is run.
     *
     * @param firecracker its absolute path, without symbolic links
     * @param jailer its absolute path
     * @param version of both
     */
    public record Programs(Path firecracker, Path jailer, FirecrackerVersion version) {}

    /**
     * How long is waited.
     *
     * @param socket for the API socket to be there
     * @param request for the answer to each request
     */
    public record Patience(Duration socket, Duration request) {
        /** As long as a busy host may take. */
        public static final Patience USUAL = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    /** Firecracker of a version, and how long it is waited for. */
    public FirecrackerVmm(Programs programs, Patience patience) {
        this.programs = programs;
        this.patience = patience;
    }

    @Override
    public VmmCapabilities capabilities() {
        return new VmmCapabilities(
                "Firecracker " + programs.version(),
                false,
                OVERHEAD_MIB,
                DATA_DISKS,
                MachineConfiguration.MOST_VCPUS,
                true);
    }

    /** The root directory of a VMM; all above it is root's. */
    private Path root(Path jail, String id) {
        return jail.resolve(programs.firecracker().getFileName()).resolve(id).resolve("root");
    }

    @Override
    public void furnish(Host host, JailSpec jail) {
        requireMachine(jail.spec());
        // The jailer refuses to start where it has made its devices before.
        host.files().deleteTree(jail.directory());
        Path root = root(jail.directory(), jail.id());
        host.files().makeDirectories(root);
        link(host, jail.initrd(), root.resolve(JailFiles.INITRD));
        linkDisk(host, jail.disk(), root.resolve(JailFiles.DISK), jail.uid());
        for (int i = 0; i < jail.dataDisks().size(); i++) {
            String name = JailFiles.dataDisk(jail.spec().dataSlots().get(i));
            linkDisk(host, jail.dataDisks().get(i), root.resolve(name), jail.uid());
        }
        host.files().delete(CountedMetrics.beside(jail.metrics()));
        for (Path log : List.of(jail.console(), jail.metrics())) {
            host.files().delete(log);
            host.files().makeEmpty(log, OWNER_ONLY, jail.uid());
        }
        link(host, jail.console(), root.resolve(JailFiles.CONSOLE));
        link(host, jail.metrics(), root.resolve(JailFiles.METRICS));
        Path kernel = root.resolve(JailFiles.KERNEL);
        if (!host.files().link(jail.kernel(), kernel)) {
            // It is the one file that a user may keep elsewhere; nobody writes to it.
            host.disks().copyHashed(jail.kernel(), kernel, UNWATCHED);
            host.disks().assignOwner(kernel, jail.uid(), OWNER_READS);
        }
    }

    private static void requireMachine(VmmSpec spec) {
        if (spec.vcpus() > MachineConfiguration.MOST_VCPUS) {
            throw new HostException("Firecracker gives a machine at most " + MachineConfiguration.MOST_VCPUS
                    + " virtual CPUs, and this one has " + spec.vcpus());
        }
        if (spec.dataSlots().size() > DATA_DISKS) {
            throw new HostException("Firecracker gives a machine at most " + DATA_DISKS
                    + " data disks, and this one has " + spec.dataSlots().size());
        }
    }

    private static void linkDisk(Host host, Path disk, Path name, long uid) {
        host.disks().assignOwner(disk, uid, OWNER_ONLY);
        link(host, disk, name);
    }

    private static void link(Host host, Path file, Path name) {
        if (!host.files().link(file, name)) {
            throw new HostException(file + " lies on another filesystem than " + name
                    + ", and Firecracker's jailer needs them on one: the data directory must be a single filesystem");
        }
    }

    @Override
    public List<String> command(JailSpec jail) {
        return List.of(
                programs.jailer().toString(),
                "--id",
                jail.id(),
                "--exec-file",
                programs.firecracker().toString(),
                "--uid",
                Long.toString(jail.uid()),
                "--gid",
                Long.toString(jail.uid()),
                "--chroot-base-dir",
                jail.directory().toString(),
                "--",
                "--api-sock",
                JailFiles.inside(JailFiles.SOCKET));
    }

    @Override
    public void boot(Host host, VmmSpec spec, VmmAddress address, ProcessIdentity process) {
        UnstartedFirecracker firecracker = UnstartedFirecracker.await(
                client(host, address), () -> host.processes().alive(process), patience.socket());
        BootSequence.render(spec, firecracker.version()).forEach(firecracker::set);
        firecracker.start();
    }

    private ApiClient client(Host host, VmmAddress address) {
        Path socket = root(address.jail(), address.machineId()).resolve(JailFiles.SOCKET);
        return new ApiClient(host.sockets(), socket, patience.request());
    }

    /** Whether its process lives nobody has to know: one that does not listen any more says as much. */
    private RunningFirecracker running(Host host, VmmAddress address) {
        return new RunningFirecracker(client(host, address), () -> true);
    }

    @Override
    public void pause(Host host, VmmAddress vmm) {
        running(host, vmm).ask(VmState.PAUSED);
    }

    @Override
    public void resume(Host host, VmmAddress vmm) {
        running(host, vmm).ask(VmState.RESUMED);
    }

    /** Ctrl+Alt+Del, on x86-64. */
    @Override
    public void pressPowerButton(Host host, VmmAddress vmm) {
        running(host, vmm).ask(GuestAction.CTRL_ALT_DEL);
    }

    @Override
    public VmmCondition condition(Host host, VmmAddress vmm) {
        return switch (running(host, vmm).state()) {
            case "Running" -> VmmCondition.RUNS;
            case "Paused" -> VmmCondition.PAUSED;
            default -> VmmCondition.STUCK;
        };
    }

    /** A flush is done when it is answered. */
    @Override
    public DiskTransfers diskTransfers(Host host, VmmAddress vmm) {
        running(host, vmm).ask(GuestAction.FLUSH_METRICS);
        return CountedMetrics.read(host, vmm.metrics()).disks();
    }

    @Override
    public void remember(Host host, VmmAddress vmm) {
        CountedMetrics.remember(host, vmm.metrics());
    }
}
