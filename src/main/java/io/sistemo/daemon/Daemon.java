package io.sistemo.daemon;

import io.sistemo.access.Callers;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.guest.SshGuests;
import io.sistemo.host.Devices;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.LinuxFiles;
import io.sistemo.host.LinuxHost;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.LinuxSocketTable;
import io.sistemo.host.Programs;
import io.sistemo.image.ArchiveAccess;
import io.sistemo.image.DebianImage;
import io.sistemo.image.DistributionArchive;
import io.sistemo.image.ImageFiles;
import io.sistemo.image.ImagePull;
import io.sistemo.image.ImageUse;
import io.sistemo.image.Images;
import io.sistemo.image.IoReason;
import io.sistemo.machine.MachineEnvironment;
import io.sistemo.machine.MachineSettings;
import io.sistemo.machine.MachineTable;
import io.sistemo.machine.Machines;
import io.sistemo.machine.SharedInitramfs;
import io.sistemo.network.NetworkEnvironment;
import io.sistemo.network.Networks;
import io.sistemo.network.Subnet;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.server.ApiServer;
import io.sistemo.server.ApiSettings;
import io.sistemo.server.Services;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.StoreException;
import io.sistemo.volume.VolumeEnvironment;
import io.sistemo.volume.VolumeSettings;
import io.sistemo.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The daemon, wired by hand. Everything that can refuse is asked before anything is started; parts are closed in the
 * opposite order of their start. Machines outlive it.
 */
final class Daemon implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Daemon.class.getName());
    private static final Duration FINISHING_TIMEOUT = Duration.ofSeconds(60);
    /** For what a driver does on the host at this moment; a start of a VMM has ten seconds. */
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration REQUEST_GRACE = Duration.ofSeconds(2);
    /** The longest that a stop takes, less than what service managers wait; what takes longer is cut off. */
    static final Duration LONGEST_STOP = Duration.ofSeconds(75);

    private final DataDirectory directory;
    private final Map<String, String> environment;
    private final Shutdowns shutdowns = new Shutdowns();
    private boolean started;

    /** A daemon on a data directory, not started. */
    Daemon(DataDirectory directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    /**
     * Starts it; requests are served when this returns.
     *
     * @throws Refusal with the line that says why it cannot; {@link #close} then releases what was begun
     */
    void start() {
        InstallationTools.requireRoot();
        InstallationTools.require(environment.getOrDefault("PATH", ""));
        Configuration configuration = Configuration.load(directory.configuration(), environment);
        shutdowns.add("lock", DataDirectoryLock.acquire(directory)::close);
        requireFreePort(configuration);
        try {
            Path bin = ProgramDirectory.prepare(directory, new LinuxFiles());
            Host host = new LinuxHost(new LinuxPrograms(), bin);
            Database database = DatabaseOpening.open(directory, host.files(), () -> host);
            shutdowns.add("database", database::close);
            start(configuration, database, host);
        } catch (UncheckedIOException e) {
            String reason = e.getMessage() + ": " + IoReason.of(Objects.requireNonNull(e.getCause()));
            throw new Refusal(RefusalCode.HOST_UNUSABLE, "The daemon cannot start: " + reason + ".", e);
        } catch (HostException | StoreException e) {
            throw new Refusal(RefusalCode.HOST_UNUSABLE, "The daemon cannot start: " + e.getMessage() + ".", e);
        }
    }

    private void start(Configuration configuration, Database database, Host host) {
        InstallationId installation = DatabaseOpening.requireInstallation(database, directory, host);
        Programs programs = new LinuxPrograms();
        if (Devices.openTunToUsers()) {
            LOGGER.log(Level.INFO, "/dev/net/tun was open to root only; it is open to all users now, as udev makes it");
        }
        Hypervisor hypervisor = Hypervisor.choose(configuration, host, programs, directory);
        HostNetwork.configure(
                database,
                Subnet.parse(configuration.get(ConfigurationKey.BRIDGE_SUBNET).text()));
        NetworkResolvers resolvers = resolvers(configuration, database, host, installation);
        HostNetwork network = new HostNetwork(database, host, installation.mark(), resolvers);
        network.ensure();
        shutdowns.add("host network", () -> releaseUnlessUsed(database, network));
        Operations operations = new Operations(database);
        SshGuests guests = new SshGuests(directory.clientKey());
        shutdowns.add("guests", guests::close);
        Images images = images(database, operations, programs, host);
        images.start();
        Volumes volumes = volumes(configuration, database, operations, host);
        volumes.start();
        Networks networks = networks(database, operations, host, network);
        ScheduledExecutorService timer = timer();
        IdleMemory.watch(timer);
        int reconcileSeconds =
                configuration.get(ConfigurationKey.RECONCILER_INTERVAL_SEC).number();
        keepTidy(timer, reconcileSeconds, List.of(images::tidy, volumes::tidy, networks::tidy, resolvers::trimLogs));
        Machines machines = machines(
                configuration, database, operations, host, hypervisor, guests, installation, timer, network, resolvers);
        Drift drift = new Drift(network, machines, new UnknownRemains(database, directory, host.files()));
        DaemonStatus status = new DaemonStatus(
                directory,
                configuration,
                environment,
                installation,
                hypervisor,
                drift,
                host,
                machines,
                volumes,
                images);
        Future<ApiServer> made = makeServer(
                configuration, new Services(machines, volumes, networks, images, operations, guests, status));
        machines.start(reconcileSeconds);
        shutdowns.add("machines", () -> leave(machines));
        shutdowns.add("filter repair", FilterRepair.begin(host, network, machines::compare)::close);
        shutdowns.add("volumes", volumes::close);
        shutdowns.add("networks", networks::close);
        shutdowns.add("images", images::close);
        ApiServer server = serve(configuration, made);
        shutdowns.add("operations", () -> finish(database, operations));
        shutdowns.add("requests", server::refuseNewRequests);
        shutdowns.add("status", status::stopping);
        // Last, since it may take all the room that is left.
        keepRoom();
        started = true;
        LOGGER.log(Level.INFO, "ready on {0}, installation {1}", url(configuration), installation.value());
    }

    private void keepRoom() {
        DatabaseRoom room = new DatabaseRoom(directory.databaseLog());
        shutdowns.add("database's room", room::close);
        room.keep();
    }

    private static NetworkResolvers resolvers(
            Configuration configuration, Database database, Host host, InstallationId installation) {
        List<String> servers = configuration.get(ConfigurationKey.DNS_SERVERS).list();
        return new NetworkResolvers(
                database, host, installation, () -> servers.isEmpty() ? HostResolvers.ofHost() : servers);
    }

    private static void requireFreePort(Configuration configuration) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address(configuration));
        } catch (IOException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE,
                    "The daemon cannot listen on " + address(configuration) + ": " + e.getMessage()
                            + ". Stop what uses the port, or set 'port' in the configuration.",
                    e);
        }
    }

    private static InetSocketAddress address(Configuration configuration) {
        return new InetSocketAddress(
                configuration.get(ConfigurationKey.LISTEN).text(),
                configuration.get(ConfigurationKey.PORT).number());
    }

    private static String url(Configuration configuration) {
        return "http://" + configuration.get(ConfigurationKey.LISTEN).text() + ":"
                + configuration.get(ConfigurationKey.PORT).number();
    }

    private Images images(Database database, Operations operations, Programs programs, Host host) {
        ImagePull.Means means = new ImagePull.Means(
                new ImageFiles(host.disks(), host.files(), directory.images()),
                directory.root(),
                host.files(),
                (workspace, progress) -> new DebianImage(
                                programs, new DistributionArchive(programs, ArchiveAccess.ofHost(programs)))
                        .build(workspace, progress),
                digest -> host.disks()
                        .find(directory.image(digest))
                        .map(facts -> facts.allocatedBytes())
                        .orElse(0L),
                host.bootId().value());
        return new Images(database, operations, means, new ImageUse() {
            @Override
            public List<String> machines(Connection connection, String digest) throws SQLException {
                return MachineTable.namesOfImage(connection, digest);
            }

            @Override
            public List<String> deploying(Connection connection, String digest) throws SQLException {
                return MachineTable.namesDeploying(connection, digest);
            }
        });
    }

    private static Networks networks(Database database, Operations operations, Host host, HostNetwork network) {
        Networks networks =
                new Networks(new NetworkEnvironment(database, operations, host, network, MachineTable::namesOnNetwork));
        networks.start();
        return networks;
    }

    private static void keepTidy(ScheduledExecutorService timer, int seconds, List<Runnable> tidying) {
        var _ = timer.scheduleWithFixedDelay(
                () -> Thread.startVirtualThread(() -> tidying.forEach(Runnable::run)),
                seconds,
                seconds,
                TimeUnit.SECONDS);
    }

    private ScheduledExecutorService timer() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("timer").daemon().factory());
        shutdowns.add("timer", timer::shutdownNow);
        return timer;
    }

    private Volumes volumes(Configuration configuration, Database database, Operations operations, Host host) {
        VolumeSettings settings = new VolumeSettings(
                configuration.get(ConfigurationKey.MAX_STORAGE_MB).number(),
                configuration.get(ConfigurationKey.MIN_DISK_FREE_MB).number());
        return new Volumes(new VolumeEnvironment(database, operations, host, Machines.holders(), settings, directory));
    }

    private Machines machines(
            Configuration configuration,
            Database database,
            Operations operations,
            Host host,
            Hypervisor hypervisor,
            SshGuests guests,
            InstallationId installation,
            ScheduledExecutorService timer,
            HostNetwork network,
            NetworkResolvers resolvers) {
        MachineSettings settings = MachineConfiguration.settings(configuration, hypervisor.vmm(), directory);
        return new Machines(new MachineEnvironment(
                database,
                operations,
                host,
                network,
                hypervisor.vmm(),
                hypervisor.other(),
                guests,
                new GuestBoot(clientKeyLine(), settings.dnsServers(), resolvers::serves),
                new SharedInitramfs(
                        host, configuration.path(ConfigurationKey.INITRD_PATH).orElse(directory.initramfs())),
                settings,
                directory,
                installation,
                timer));
    }

    private String clientKeyLine() {
        Path file = directory.ssh().resolve("sistemo_key.pub");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "The key " + file + " cannot be read: run 'sistemo install'.", e);
        }
    }

    /** Begins to make the server: as much is loaded for it as for the first look at machines, and neither needs the other. */
    private Future<ApiServer> makeServer(Configuration configuration, Services services) {
        ApiSettings settings = new ApiSettings(
                address(configuration).getAddress(),
                configuration.get(ConfigurationKey.PORT).number(),
                Set.copyOf(configuration.get(ConfigurationKey.ALLOWED_HOSTS).list()),
                REQUEST_GRACE);
        Callers callers = new Callers(new LinuxSocketTable(), ownerUid());
        FutureTask<ApiServer> made = new FutureTask<>(() -> new ApiServer(settings, services, callers));
        Thread.ofPlatform().name("server").daemon().start(made);
        return made;
    }

    /** Listens from when it returns; not before what a request is answered from is known. */
    private ApiServer serve(Configuration configuration, Future<ApiServer> made) {
        ApiServer server = await(made);
        shutdowns.add("server", server::close);
        server.start();
        shutdowns.add("address", () -> Files.deleteIfExists(directory.daemonUrl()));
        try {
            String line = url(configuration) + "\n";
            // What a daemon left that was killed is not written again: on a full disk there may be no block for it.
            if (!Files.exists(directory.daemonUrl())
                    || !Files.readString(directory.daemonUrl()).equals(line)) {
                Files.writeString(directory.daemonUrl(), line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory.daemonUrl(), e);
        }
        return server;
    }

    private static ApiServer await(Future<ApiServer> made) {
        try {
            return made.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the server cannot be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the server was made", e);
        }
    }

    private long ownerUid() {
        try {
            return ((Number) Files.getAttribute(directory.root(), "unix:uid")).longValue();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell who owns " + directory.root(), e);
        }
    }

    /** What is in flight is finished, within a limit; what is not finished then, the next daemon carries on or takes back. */
    private static void finish(Database database, Operations operations) throws InterruptedException {
        List<Thread> waits = database.read(OperationTable::running).stream()
                .map(operation -> Thread.ofVirtual().start(() -> {
                    try {
                        operations.awaitEnd(operation.id());
                    } catch (InterruptedException e) {
                        // The limit was reached.
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        long deadline = System.nanoTime() + FINISHING_TIMEOUT.toNanos();
        for (Thread wait : waits) {
            wait.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            wait.interrupt();
        }
    }

    private static void leave(Machines machines) throws InterruptedException {
        machines.close();
        if (!machines.awaitIdle(STEP_TIMEOUT)) {
            LOGGER.log(Level.WARNING, "a machine's step takes long and is cut off; the next daemon carries on");
        }
    }

    /** Bridges and filter stay as long as a machine needs them. */
    private static void releaseUnlessUsed(Database database, HostNetwork network) {
        boolean used = !database.read(connection -> ClaimTable.ofKind(connection, ClaimKind.VMM))
                .isEmpty();
        if (!used) {
            network.release();
        }
    }

    @Override
    public synchronized void close() {
        shutdowns.run();
        if (started) {
            LOGGER.log(Level.INFO, "ended; machines that run go on");
        }
    }
}
