package io.sistemo.daemon;

import io.sistemo.api.ConfigList;
import io.sistemo.api.DaemonInfo;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.Health;
import io.sistemo.api.HealthStats;
import io.sistemo.api.HostInfo;
import io.sistemo.api.SystemInfo;
import io.sistemo.api.SystemLimits;
import io.sistemo.api.SystemStats;
import io.sistemo.host.Host;
import io.sistemo.image.Images;
import io.sistemo.machine.MachineDetails;
import io.sistemo.machine.MachineStatus;
import io.sistemo.machine.Machines;
import io.sistemo.server.DaemonFacts;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.InstallationId;
import io.sistemo.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the daemon says of itself. */
final class DaemonStatus implements DaemonFacts {
    private static final long MEBIBYTE = 1L << 20;
    private static final long GIBIBYTE = 1L << 30;

    private final DataDirectory directory;
    private final Configuration configuration;
    private final Map<String, String> environment;
    private final InstallationId installation;
    private final Hypervisor hypervisor;
    private final Drift drift;
    private final Host host;
    private final Machines machines;
    private final Volumes volumes;
    private final Images images;
    private final Instant readySince = Instant.now();
    private volatile boolean stopping;

    DaemonStatus(
            DataDirectory directory,
            Configuration configuration,
            Map<String, String> environment,
            InstallationId installation,
            Hypervisor hypervisor,
            Drift drift,
            Host host,
            Machines machines,
            Volumes volumes,
            Images images) {
        this.directory = directory;
        this.configuration = configuration;
        this.environment = environment;
        this.installation = installation;
        this.hypervisor = hypervisor;
        this.drift = drift;
        this.host = host;
        this.machines = machines;
        this.volumes = volumes;
        this.images = images;
    }

    /** From now on it does not call itself ready. */
    void stopping() {
        stopping = true;
    }

    @Override
    public String version() {
        return Optional.ofNullable(DaemonStatus.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public Health health() {
        long freeMib = host.freeBytes(directory.root()) / MEBIBYTE;
        int least = configuration.get(ConfigurationKey.MIN_DISK_FREE_MB).number();
        boolean room = freeMib >= least;
        List<MachineDetails> all = machines.list();
        long troubled = count(all, MachineStatus.ERROR);
        return new Health(
                room && troubled == 0 ? "healthy" : "degraded",
                Map.of(
                        "disk", room ? "ok" : "only " + freeMib + " MiB are free, and deploys need " + least,
                        "machines", troubled == 0 ? "ok" : troubled + " machines need attention"),
                new HealthStats((int) count(all, MachineStatus.RUNNING)));
    }

    private static long count(List<MachineDetails> all, MachineStatus status) {
        return all.stream().filter(machine -> machine.status() == status).count();
    }

    @Override
    public boolean ready() {
        return !stopping;
    }

    @Override
    public SystemInfo system() {
        List<MachineDetails> all = machines.list();
        return new SystemInfo(
                health().status(),
                hostInfo(),
                new DaemonInfo(
                        version(),
                        ProcessHandle.current().pid(),
                        Duration.between(readySince, Instant.now()).toSeconds(),
                        directory.root().toString(),
                        installation.value(),
                        configuration.get(ConfigurationKey.PORT).number(),
                        hypervisor.program(),
                        hypervisor.accelerator(),
                        hypervisor.reason()),
                new SystemStats(
                        all.size(),
                        (int) count(all, MachineStatus.RUNNING),
                        (int) all.stream()
                                .mapToLong(machine -> machine.volumes().size())
                                .sum(),
                        images.list().size()),
                new SystemLimits(
                        configuration.get(ConfigurationKey.MAX_VCPUS).number(),
                        configuration.get(ConfigurationKey.MAX_MEMORY_MB).number(),
                        configuration.get(ConfigurationKey.MAX_STORAGE_MB).number()));
    }

    private HostInfo hostInfo() {
        try {
            FileStore store = Files.getFileStore(directory.root());
            long total = store.getTotalSpace();
            long free = store.getUsableSpace();
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new HostInfo(
                    InetAddress.getLocalHost().getHostName(),
                    System.getProperty("os.version", "unknown"),
                    Runtime.getRuntime().availableProcessors(),
                    system.getTotalMemorySize() / MEBIBYTE,
                    total / GIBIBYTE,
                    (total - free) / GIBIBYTE,
                    free / GIBIBYTE);
        } catch (IOException e) {
            throw new UncheckedIOException("the host's facts cannot be read", e);
        }
    }

    @Override
    public ConfigList config() {
        return configuration.toWire(key -> switch (key) {
            case DNS_SERVERS -> Optional.of(String.join(", ", HostResolvers.find()));
            case SSH_TIMEOUT_SEC -> Optional.of(hypervisor.vmm().capabilities().emulatesCpu() ? "90" : "20");
            case FIRECRACKER_PATH -> Optional.of(directory.firecracker().toString());
            case JAILER_PATH -> Optional.of(directory.jailer().toString());
            case KERNEL_PATH -> Optional.of(directory.kernel().toString());
            case INITRD_PATH -> Optional.of(directory.initramfs().toString());
            case PORT,
                    BRIDGE_SUBNET,
                    HOST_INTERFACE,
                    MAX_VCPUS,
                    MAX_MEMORY_MB,
                    MAX_STORAGE_MB,
                    MIN_DISK_FREE_MB,
                    DEFAULT_BANDWIDTH_MBPS,
                    DEFAULT_UPLOAD_MBPS,
                    DEFAULT_IOPS,
                    DEFAULT_DISK_BW_MBPS,
                    RECONCILER_INTERVAL_SEC,
                    BLOCK_SMTP,
                    HYPERVISOR,
                    LISTEN,
                    ALLOWED_HOSTS,
                    STOP_TIMEOUT_SEC,
                    RESTART_POLICY -> Optional.empty();
        });
    }

    @Override
    public DoctorReport doctor() {
        return Doctor.online(
                directory,
                environment,
                drift.find(),
                volumes.disagreements(),
                drift.firewalls(),
                hypervisor.sentence());
    }
}
