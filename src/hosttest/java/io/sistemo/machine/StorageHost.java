package io.sistemo.machine;

import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.GuestCommand;
import io.sistemo.guest.GuestException;
import io.sistemo.guest.Guests;
import io.sistemo.guest.TerminalSize;
import io.sistemo.host.CallListener;
import io.sistemo.host.Host;
import io.sistemo.host.LinkCommand;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.PrivateHost;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.TracedHost;
import io.sistemo.image.Images;
import io.sistemo.image.StoredImage;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.NetworkUpkeep;
import io.sistemo.network.ResolverPlace;
import io.sistemo.network.Subnet;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Operations;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.InstallationTable;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.LaunchedVmm;
import io.sistemo.vmm.VmmCapabilities;
import io.sistemo.vmm.VmmSpec;
import io.sistemo.volume.VolumeEnvironment;
import io.sistemo.volume.VolumeSettings;
import io.sistemo.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** Machines and volumes on the real kernel: real files, namespaces and locks. Only the VMM is a program that sleeps. */
final class StorageHost implements AutoCloseable {
    static final String IMAGE = "tiny";
    static final int DATA_PLACES = 2;
    private static final String DIGEST = "sha256:" + "cd".repeat(32);
    private static final int IMAGE_MIB = 16;
    private static final int RECONCILE_SECONDS = 3600;

    private final DataDirectory directory;
    private final Host host;
    private Database database;
    private ScheduledExecutorService timer;
    private Operations operations;
    private Volumes volumes;
    private Machines machines;

    StorageHost() throws IOException {
        this(CallListener.none());
    }

    /**
     * The same.
     *
     * @param listener is told of every call on the host, and can do something to it then
     */
    StorageHost(CallListener listener) throws IOException {
        Path root = Files.createTempDirectory(Path.of("/dev/shm"), "sistemo-storage-");
        directory = new DataDirectory(root);
        for (String name : List.of("bin", "images", "volumes", "vms", "kernel")) {
            Files.createDirectory(root.resolve(name));
        }
        host = new TracedHost(PrivateHost.open(root.resolve("bin")), listener);
        Files.write(directory.kernel(), new byte[] {1});
        Files.write(directory.initramfs(), new byte[] {1});
        new LinuxPrograms()
                .require(ProgramCall.of(
                        "mkfs.ext4", "-q", "-F", directory.image(DIGEST).toString(), IMAGE_MIB + "M"));
        host.links()
                .apply(
                        Optional.empty(),
                        List.of(
                                new LinkCommand.AddBridge(Network.DEFAULT_BRIDGE, "ours"),
                                new LinkCommand.SetUp(Network.DEFAULT_BRIDGE)));
        database = Database.open(directory.database());
        database.write(connection -> {
            NetworkTable.insert(
                    connection, new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/24")));
            Images.record(
                    connection,
                    new StoredImage(
                            IMAGE,
                            DIGEST,
                            (long) IMAGE_MIB << 20,
                            "5f2b3f2e-26c4-4df6-9f3a-111111111111",
                            "/tiny.ext4",
                            Instant.EPOCH),
                    host.bootId().value());
            return Boolean.TRUE;
        });
        timer = Executors.newSingleThreadScheduledExecutor();
        operations = new Operations(database);
        volumes = newVolumes();
        machines = newMachines();
        start();
    }

    private Volumes newVolumes() {
        return new Volumes(new VolumeEnvironment(
                database, operations, host, Machines.holders(), new VolumeSettings(4096, 16), directory));
    }

    private Machines newMachines() {
        InstallationId installation = database.write(InstallationTable::requireId);
        // As a resolver has made them that runs.
        ResolverPlace place = new ResolverPlace(installation.value(), Network.DEFAULT_BRIDGE);
        host.files().ensureDirectory(place.directory(), 0755, 0);
        host.files().ensureDirectory(place.names(), 0755, 0);
        return new Machines(new MachineEnvironment(
                database,
                operations,
                host,
                new NoNetwork(),
                new SleepingVmm(),
                new SleepingVmm(),
                new ReadyGuests(),
                (machine, _, _, _) -> machine.name().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                new SharedInitramfs(host, directory.initramfs()),
                new MachineSettings(
                        new MachineSettings.Limits(8, 8192, 4096, 16),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(5),
                        true,
                        List.of(),
                        directory.kernel(),
                        DeviceLimits.NONE,
                        RestartRules.of(RestartPolicy.NO),
                        7777),
                directory,
                installation,
                timer));
    }

    private void start() {
        volumes.start();
        machines.start(RECONCILE_SECONDS);
    }

    /** Ends this daemon and starts another one on what it left, which has looked at everything then; machines go on running. */
    void restart() throws InterruptedException {
        stop();
        database = Database.open(directory.database());
        timer = Executors.newSingleThreadScheduledExecutor();
        operations = new Operations(database);
        volumes = newVolumes();
        machines = newMachines();
        start();
        // Without a tap that their VMM holds open, machines are looked at by their drivers before they are said to run.
        awaitIdle();
    }

    private void stop() throws InterruptedException {
        volumes.close();
        machines.close();
        awaitIdle();
        timer.shutdownNow();
        database.close();
    }

    private void awaitIdle() throws InterruptedException {
        if (!machines.awaitIdle(Duration.ofSeconds(20))) {
            throw new AssertionError("machines are not idle");
        }
    }

    DataDirectory directory() {
        return directory;
    }

    Host host() {
        return host;
    }

    Database database() {
        return database;
    }

    Volumes volumes() {
        return volumes;
    }

    Machines machines() {
        return machines;
    }

    /** Waits for the end of what was asked for. */
    Operation end(OperationId id) throws InterruptedException {
        return operations.awaitEnd(id);
    }

    @Override
    public void close() throws IOException {
        try {
            for (MachineDetails machine : machines.list()) {
                end(machines.delete(machine.name(), false));
            }
            InstallationId installation = database.read(InstallationTable::requireId);
            host.files().deleteTree(ResolverPlace.directory(installation.value()));
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the machines could not be deleted", e);
        }
        host.links().delete(Optional.empty(), Network.DEFAULT_BRIDGE);
        try (Stream<Path> files = Files.walk(directory.root())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A VMM that holds its files and does nothing. */
    private static final class SleepingVmm implements LaunchedVmm {
        @Override
        public VmmCapabilities capabilities() {
            return new VmmCapabilities("sleep", false, 64, DATA_PLACES, 8, false);
        }

        @Override
        public List<Long> groups() {
            return List.of();
        }

        @Override
        public List<String> command(VmmSpec spec) {
            return List.of("sleep", "1000000");
        }
    }

    /** Guests that answer at once, and cannot be asked to power off: their VMM is told to end. */
    private static final class ReadyGuests implements Guests {
        @Override
        public void awaitReady(GuestAddress guest, Duration timeout) {
            // They always answer.
        }

        @Override
        public GuestCommand start(GuestAddress guest, String command, TerminalSize terminal) {
            throw new GuestException("these guests have no shell");
        }

        @Override
        public void requestPowerOff(GuestAddress guest, Duration timeout) {
            throw new GuestException("these guests have no power button");
        }

        @Override
        public void forget(GuestAddress guest) {
            // There are no connections to keep.
        }
    }

    /** Nothing here has a network. */
    private static final class NoNetwork implements NetworkUpkeep {
        @Override
        public void ensure() {}

        @Override
        public void ensure(String network) {}
    }
}
