package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.daemon.HostNetworkOfTests;
import io.sistemo.host.DiskFacts;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.image.FakeExt4;
import io.sistemo.image.ImageFiles;
import io.sistemo.image.ImagePull;
import io.sistemo.image.ImageUse;
import io.sistemo.image.Images;
import io.sistemo.image.ImagesAtRest;
import io.sistemo.image.Progress;
import io.sistemo.network.NetworkEnvironment;
import io.sistemo.network.NetworkSpec;
import io.sistemo.network.Networks;
import io.sistemo.operation.AuditQuery;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.InstallationTable;
import io.sistemo.store.StoreException;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.volume.VolumeDisk;
import io.sistemo.volume.VolumeEnvironment;
import io.sistemo.volume.VolumeId;
import io.sistemo.volume.VolumeSettings;
import io.sistemo.volume.VolumeTable;
import io.sistemo.volume.Volumes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One daemon's machines in a {@link MachineWorld}, from its start to its death. */
final class WorldDaemon {
    private static final Logger LOGGER = System.getLogger(WorldDaemon.class.getName());
    /** For guests that do not power off; so short that tests need not wait for it. */
    static final Duration SHORT_STOP = Duration.ofMillis(50);

    static final int OVERHEAD_MIB = 1;
    /** Waits that cost a test nothing, and a time that no machine here runs. */
    static final RestartRules RESTARTS =
            new RestartRules(RestartPolicy.NO, 3, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMinutes(1));

    private static final Duration RECONCILE_INTERVAL = Duration.ofSeconds(30);
    /** Another one, so that a test can let the one come without the other. */
    private static final Duration TIDY_INTERVAL = Duration.ofSeconds(40);
    /** When nothing else leads on for so long, images are tidied. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_EVERY_NANOS = 100_000;

    private final CrashPoints points = new CrashPoints();
    private final FakeTimer timer = new FakeTimer();
    private final Database database;
    private final Operations operations;
    private final Volumes volumes;
    private final Machines machines;
    private final Images images;
    private final Networks networks;
    private final HostNetworkOfTests network;
    private final Host host;
    private final InstallationId installation;
    private boolean closed;
    private boolean refusedToStart;
    private boolean left;

    WorldDaemon(WorldHost world, Duration readyTimeout, Duration stopTimeout) {
        database = Database.open(world.directory().database(), points);
        installation = database.read(InstallationTable::requireId);
        operations = new Operations(database);
        host = world.seenBy(points);
        network = new HostNetworkOfTests(database, host, installation);
        images = new Images(database, operations, imageMeans(world), imageUse());
        networks =
                new Networks(new NetworkEnvironment(database, operations, host, network, MachineTable::namesOnNetwork));
        volumes = new Volumes(new VolumeEnvironment(
                database, operations, host, Machines.holders(), new VolumeSettings(8192, 16), world.directory()));
        machines = new Machines(new MachineEnvironment(
                database,
                operations,
                host,
                network,
                world.vmm().orElseGet(() -> new StandInVmm(world.vmmCommand())),
                world.vmm().isPresent()
                        ? new StandInVmm(world.vmmCommand())
                        : JailedMachines.firecracker().orElseThrow(),
                new GuestsOfADaemon(world.guests(), points),
                (machine, _, address, _) -> {
                    world.boots(address.toInetAddress(), "sistemo/" + installation.value() + "/" + machine.id());
                    return ("boot of " + machine.id()).getBytes(StandardCharsets.UTF_8);
                },
                new SharedInitramfs(host, world.directory().initramfs()),
                new MachineSettings(
                        new MachineSettings.Limits(64, 8192, 8192, 16, world.bridgePorts()),
                        readyTimeout,
                        stopTimeout,
                        true,
                        List.of(),
                        world.directory().kernel(),
                        DeviceLimits.NONE,
                        world.restarts(),
                        MachineWorld.API_PORT),
                world.directory(),
                installation,
                timer));
    }

    private ImagePull.Means imageMeans(WorldHost world) {
        return new ImagePull.Means(
                new ImageFiles(host.disks(), host.files(), world.directory().images()),
                world.directory().root(),
                host.files(),
                this::build,
                digest -> host.disks()
                        .find(world.directory().image(digest))
                        .map(DiskFacts::allocatedBytes)
                        .orElse(0L),
                host.bootId().value());
    }

    /** Stands in for a build from packages: a tree, then a filesystem. */
    private Path build(Path workspace, Consumer<Progress> progress) {
        host.files().deleteTree(workspace);
        host.files().ensureDirectory(workspace, 0700, 0);
        host.files().ensureDirectory(workspace.resolve("debian"), 0755, 0);
        progress.accept(Progress.of("making the filesystem"));
        Path image = workspace.resolve("debian.ext4");
        host.files().writeAtomically(image, FakeExt4.bytes("built"), 0600, 0);
        return image;
    }

    private static ImageUse imageUse() {
        return new ImageUse() {
            @Override
            public List<String> machines(Connection connection, String digest) throws SQLException {
                return MachineTable.namesOfImage(connection, digest);
            }

            @Override
            public List<String> deploying(Connection connection, String digest) throws SQLException {
                return MachineTable.namesDeploying(connection, digest);
            }
        };
    }

    /** Takes up the machines; it may die of that, or refuse to start and end. */
    void start() {
        try {
            network.ensure();
            images.start();
            volumes.start();
            networks.start();
            var _ = timer.scheduleWithFixedDelay(
                    images::tidy, TIDY_INTERVAL.toSeconds(), TIDY_INTERVAL.toSeconds(), TimeUnit.SECONDS);
            var _ = timer.scheduleWithFixedDelay(
                    volumes::tidy, TIDY_INTERVAL.toSeconds(), TIDY_INTERVAL.toSeconds(), TimeUnit.SECONDS);
            var _ = timer.scheduleWithFixedDelay(
                    networks::tidy, TIDY_INTERVAL.toSeconds(), TIDY_INTERVAL.toSeconds(), TimeUnit.SECONDS);
            machines.start((int) RECONCILE_INTERVAL.toSeconds());
        } catch (CrashPoints.Died e) {
            points.kill();
        } catch (StoreException | HostException | Refusal e) {
            points.kill();
            refusedToStart = true;
        }
    }

    boolean refusedToStart() {
        return refusedToStart;
    }

    /** Ends it as a signal does when no machine runs; what it cannot release it leaves to the next one. */
    void leave() {
        left = true;
        machines.close();
        try {
            network.release();
        } catch (StoreException | HostException | Refusal e) {
            LOGGER.log(Level.DEBUG, "left behind: {0}", e.getMessage());
        }
    }

    boolean hasLeft() {
        return left;
    }

    CrashPoints points() {
        return points;
    }

    Machines machines() {
        return machines;
    }

    Images images() {
        return images;
    }

    Volumes volumes() {
        return volumes;
    }

    Networks networks() {
        return networks;
    }

    /** Asks for a network of any addresses, and does not wait. */
    void askForNetwork(String name) {
        networks.create(new NetworkSpec(name, Optional.empty(), Optional.empty()));
    }

    /** Takes a volume out of the database, as an older copy of that would; what is on the host stays. */
    void forgetVolume(String name) {
        VolumeId id = volumes.require(name).volume().id();
        database.write(connection -> {
            for (Claim claim : ClaimTable.ofKind(connection, ClaimKind.DISK)) {
                if (claim.key().equals(VolumeDisk.key(id))) {
                    ClaimTable.forget(connection, claim);
                }
            }
            VolumeTable.doom(connection, id);
            VolumeTable.deleteDoomed(connection, id);
            return id;
        });
    }

    Operations operations() {
        return operations;
    }

    Database database() {
        return database;
    }

    FakeTimer timer() {
        return timer;
    }

    InstallationId installation() {
        return installation;
    }

    /** Ends it as kill -9 does: from here on it changes nothing. */
    void kill() {
        points.kill();
        machines.close();
        if (!closed) {
            // As the kernel does for a process that ends: a transaction that is under way is undone.
            closed = true;
            database.close();
        }
    }

    /** Waits until nothing goes on any more, or it is dead. Timers come due when there is nothing else to wait for. */
    void settle() {
        await(() -> points.dead() || settled());
    }

    /** The same for a daemon that lives, and no timer comes due: only what happens leads on. */
    void settleByEvents() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!idle() || !database.read(this::allAtRest)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come to that: " + describe());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** The same when nothing is wrong any more: waits until every machine is what it should be, and no claim is left over. */
    void heal() {
        heal(1);
    }

    /** The same when a few looks go wrong before. */
    void heal(int ticks) {
        if (left) {
            return;
        }
        for (int tick = 0; tick < ticks; tick++) {
            timer.runPeriodic();
            await(this::settled);
        }
        await(() -> settled()
                && database.read(ClaimTable::all).stream().noneMatch(claim -> claim.state() == ClaimState.RELEASING)
                && database.read(MachineTable::all).stream()
                        .allMatch(machine -> machines.trouble(machine.id()).isEmpty()));
    }

    /** Waits until it has noticed that a machine ended, or cannot look, or is dead. */
    void awaitNoticed() {
        await(() -> points.dead()
                || database.read(MachineTable::all).stream()
                        .noneMatch(machine -> machine.intent() == Intent.RUNNING
                                && machine.booted()
                                && machine.supervision().attempts() == 0
                                && machines.trouble(machine.id()).isEmpty()));
    }

    /** Lets the host be compared with the ledger as when its time has come, and nothing else, and waits for what follows. */
    void reconcile() {
        timer.runEvery(RECONCILE_INTERVAL);
        settle();
    }

    /** Waits for a condition, as {@link #settle} does. */
    void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        long nextTidying = start + PAUSE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > start + PATIENCE.toNanos()) {
                throw new AssertionError("it did not come to that: " + describe());
            }
            if (!closed && System.nanoTime() > nextTidying) {
                nextTidying += PAUSE.toNanos();
                tidy();
            }
            if (!idle() || !timer.runWaiting()) {
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
        }
    }

    /** On the test's own thread: what a daemon dies of there is no failure of the test. */
    private void tidy() {
        try {
            timer.runEvery(TIDY_INTERVAL);
        } catch (CrashPoints.Died e) {
            points.kill();
        }
    }

    private boolean settled() {
        return idle() && timer.nothingWaits() && database.read(this::allAtRest) && idle();
    }

    private boolean idle() {
        return machines.idle() && volumes.idle() && networks.idle() && ImagesAtRest.noneIsPulled(images);
    }

    private boolean allAtRest(Connection connection) throws SQLException {
        if (!OperationTable.running(connection).isEmpty()) {
            return false;
        }
        for (Machine machine : MachineTable.all(connection)) {
            boolean rests = machines.trouble(machine.id()).isPresent()
                    || switch (machine.intent()) {
                        case STOPPED -> true;
                        case RUNNING -> machine.booted() && vmmHeld(connection, machine);
                        case RESTARTING, GONE -> false;
                    };
            if (!rests) {
                return false;
            }
        }
        return true;
    }

    private static boolean vmmHeld(Connection connection, Machine machine) throws SQLException {
        return ClaimTable.ofOwner(connection, MachineRecord.owner(machine.id())).stream()
                .anyMatch(claim -> claim.kind() == ClaimKind.VMM && claim.state() == ClaimState.HELD);
    }

    /** The newest operation of an action, if there is one. */
    Optional<Operation> newest(String action) {
        return operations.history(new AuditQuery(1, 0, Optional.of(action), Optional.empty())).operations().stream()
                .findFirst();
    }

    private String describe() {
        return database.read(connection -> "operations " + OperationTable.running(connection) + ", machines "
                + MachineTable.all(connection) + ", claims " + ClaimTable.all(connection) + ", idle " + machines.idle()
                + ", passed " + points.passed());
    }
}
