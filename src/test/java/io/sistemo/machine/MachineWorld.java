package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.FakeHost;
import io.sistemo.host.LinkCommand;
import io.sistemo.image.Images;
import io.sistemo.image.StoredImage;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Subnet;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.InstallationTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A host on which daemons die: a fake host, guests that follow their VMMs, and a database file that is real. At most one
 * daemon runs at a time; {@link #restart} makes the next one on what the last one left.
 */
final class MachineWorld implements AutoCloseable {
    static final String IMAGE = "tiny";
    static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final int IMAGE_BYTES = 4096;
    /** Held here, since the settings of a logger that nobody holds are forgotten. */
    private static final Logger LOGGER = Logger.getLogger("io.sistemo.machine");

    static {
        // Daemons die by the thousand here, and what they warn of is what was done to them.
        LOGGER.setLevel(Level.SEVERE);
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (!(thrown instanceof CrashPoints.Died)) {
                LOGGER.log(Level.SEVERE, "thread " + thread.getName(), thrown);
            }
        });
    }

    final FakeHost host = new FakeHost();
    final FakeGuests guests = new FakeGuests(host);
    final DataDirectory directory;
    private final Duration readyTimeout;
    private WorldDaemon daemon;

    /** A world with one image and no machines, whose daemon runs. */
    MachineWorld() {
        this(Duration.ofSeconds(20));
    }

    /** A world in which guests must answer in time. */
    MachineWorld(Duration readyTimeout) {
        this.readyTimeout = readyTimeout;
        try {
            // Programs die here, never the machine: what was written need not be on a disk.
            Path memory = Path.of("/dev/shm");
            directory = new DataDirectory(
                    Files.isWritable(memory)
                            ? Files.createTempDirectory(memory, "sistemo-world-")
                            : Files.createTempDirectory("sistemo-world-"));
            Files.write(directory.database(), Template.BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        prepareFiles();
        prepareNetwork();
        daemon = new WorldDaemon(this, readyTimeout);
        daemon.start();
    }

    /** A database with a network and an image, made once. */
    private static final class Template {
        static final byte[] BYTES = bytes();

        private static byte[] bytes() {
            try {
                Path file = Files.createTempFile("template", ".db");
                try (Database database = Database.open(file)) {
                    database.write(connection -> {
                        InstallationId id = InstallationTable.requireId(connection);
                        NetworkTable.insert(
                                connection,
                                new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/24")));
                        StoredImage image = new StoredImage(
                                IMAGE,
                                DIGEST,
                                IMAGE_BYTES,
                                "5f2b3f2e-26c4-4df6-9f3a-111111111111",
                                "/tiny.ext4",
                                Instant.EPOCH);
                        Images.record(connection, image, "boot-1");
                        return id;
                    });
                }
                byte[] content = Files.readAllBytes(file);
                Files.delete(file);
                return content;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void prepareFiles() {
        List<Path> directories = new ArrayList<>();
        for (Path at = directory.root(); at != null; at = at.getParent()) {
            directories.addFirst(at);
        }
        directories.addAll(
                List.of(directory.images(), directory.volumes(), directory.machines(), directory.kernelDirectory()));
        directories.stream()
                .filter(path -> path.getParent() != null)
                .forEach(path -> host.files().ensureDirectory(path, 0700, 0));
        for (Path file : List.of(directory.image(DIGEST), directory.kernel(), directory.initramfs())) {
            host.files().writeAtomically(file, new byte[IMAGE_BYTES], 0400, 0);
        }
    }

    private void prepareNetwork() {
        host.links()
                .apply(
                        Optional.empty(),
                        List.of(
                                new LinkCommand.AddBridge(Network.DEFAULT_BRIDGE, "ours"),
                                new LinkCommand.SetUp(Network.DEFAULT_BRIDGE)));
    }

    /** The daemon that runs now. */
    WorldDaemon daemon() {
        return daemon;
    }

    Machines machines() {
        return daemon.machines();
    }

    /** Ends the daemon, unless it is dead already, and starts another one. */
    WorldDaemon restart() {
        return restart(CrashPoints.Fault.NONE);
    }

    /** The same with a fault that is there from the daemon's first step. */
    WorldDaemon restart(CrashPoints.Fault fault) {
        daemon.kill();
        daemon = new WorldDaemon(this, readyTimeout);
        daemon.points().set(fault);
        daemon.start();
        return daemon;
    }

    /** The host boots again: no process of ours lives through that. */
    WorldDaemon reboot() {
        daemon.kill();
        host.reboot();
        prepareNetwork();
        return restart();
    }

    /** What a user asks for who says no more than a name. */
    static DeploySpec spec(String name) {
        return new DeploySpec(
                Optional.of(name),
                IMAGE,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                java.util.Map.of());
    }

    /** A machine that runs. */
    void deploy(String name) {
        machines().deploy(spec(name));
        daemon.settle();
        assertThat(machines().require(name).status()).isEqualTo(MachineStatus.RUNNING);
    }

    /** A machine that is stopped. */
    void deployStopped(String name) {
        deploy(name);
        machines().stop(name);
        daemon.settle();
        assertThat(machines().require(name).status()).isEqualTo(MachineStatus.STOPPED);
    }

    /** What its guest wrote, which nothing but a delete may lose; so long that no clone looks like it. */
    void writeToDisk(String name, String text) {
        host.files().writeAtomically(disk(name), text.getBytes(StandardCharsets.UTF_8), 0600, 0);
    }

    /** What is on its disk. */
    Optional<String> readDisk(Path disk) {
        return host.files().readText(disk);
    }

    /** The file of its root volume. */
    Path disk(String name) {
        String volume = machines().require(name).volumes().getFirst().id().toString();
        return directory.volumes().resolve(volume + ".raw");
    }

    /** The process that its VMM is. */
    long vmm(String name) {
        return machines().require(name).vmmPid().orElseThrow();
    }

    @Override
    public void close() {
        daemon.kill();
        try (Stream<Path> files = Files.walk(directory.root())) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
